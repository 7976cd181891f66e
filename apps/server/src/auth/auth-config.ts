/** How tokens are checked, as the settings say. */
import type { SettingsReader } from '../settings-reader.ts';

/** Signatures that are accepted: all asymmetric, so that who can check a token cannot make one. */
export const signatureAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const;

/** Where the keys come from that check signatures. */
export type KeySource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  /** This server issues the tokens: a private key, and the clients that may have tokens. */
  | { readonly kind: 'issuer'; readonly keyPath: string; readonly clientsPath: string };

/** What is read from tokens, and what it must be. */
export interface TokenRules {
  /** The `iss` and `aud` that tokens must have. */
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
  /** The names of the claims with the organisations and the roles. */
  readonly organisationsClaim: string;
  readonly rolesClaim: string;
  /** Any of these roles lets read; any of the next also write; any of the last also reset and delete sandboxes. */
  readonly readRoles: readonly string[];
  readonly writeRoles: readonly string[];
  readonly adminRoles: readonly string[];
}

/** The mode of authentication. */
export type AuthConfig =
  | { readonly kind: 'dev' }
  | { readonly kind: 'jwt'; readonly keys: KeySource; readonly rules: TokenRules };

/** Whether only programs on this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** The one source of keys that is set; none and several are reported. */
function decodeKeySource(read: SettingsReader): KeySource {
  const url = read.text('MUSTER_JWKS_URL', '');
  const path = read.text('MUSTER_JWKS_FILE', '');
  const keyPath = read.text('MUSTER_ISSUER_KEY_FILE', '');
  const set = [url, path, keyPath].filter((text) => text !== '').length;
  const choice = 'one of MUSTER_JWKS_URL, MUSTER_JWKS_FILE and MUSTER_ISSUER_KEY_FILE';
  if (set === 0) read.problems.push(`MUSTER_JWKS_URL is missing; expected ${choice}`);
  if (set > 1) read.problems.push(`MUSTER_JWKS_URL has company; expected only ${choice}`);
  if (url !== '') return { kind: 'url', url: read.url('MUSTER_JWKS_URL', url, ['https://', 'http://']) };
  if (path !== '' || keyPath === '') return { kind: 'file', path };
  const clientsPath = read.required(
    'MUSTER_ISSUER_CLIENTS_FILE',
    'the JSON file with the clients that may have tokens',
  );
  return { kind: 'issuer', keyPath, clientsPath };
}

function decodeAlgorithms(read: SettingsReader): readonly string[] {
  const wanted = read.list('MUSTER_JWT_ALGORITHMS', ['RS256', 'ES256']);
  const known: ReadonlySet<string> = new Set(signatureAlgorithms);
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length > 0 || wanted.length === 0) {
    read.problems.push(
      `MUSTER_JWT_ALGORITHMS has \`${unknown.join(',')}\`; expected some of ${signatureAlgorithms.join(', ')}`,
    );
  }
  return wanted;
}

function decodeTokenRules(read: SettingsReader): TokenRules {
  return {
    issuer: read.required('MUSTER_JWT_ISSUER', 'the `iss` of tokens'),
    audience: read.required('MUSTER_JWT_AUDIENCE', 'the `aud` of tokens for this server'),
    algorithms: decodeAlgorithms(read),
    organisationsClaim: read.text('MUSTER_JWT_ORGANISATIONS_CLAIM', 'organisations'),
    rolesClaim: read.text('MUSTER_JWT_ROLES_CLAIM', 'roles'),
    readRoles: read.list('MUSTER_JWT_READ_ROLES', ['muster-read']),
    writeRoles: read.list('MUSTER_JWT_WRITE_ROLES', ['muster-write']),
    adminRoles: read.list('MUSTER_JWT_ADMIN_ROLES', ['muster-admin']),
  };
}

/** Settings that only tokens which are checked need. Who sets one would be surprised that no token is. */
const jwtSettings = [
  'MUSTER_JWKS_URL',
  'MUSTER_JWKS_FILE',
  'MUSTER_ISSUER_KEY_FILE',
  'MUSTER_ISSUER_CLIENTS_FILE',
  'MUSTER_JWT_ISSUER',
  'MUSTER_JWT_AUDIENCE',
] as const;

function refuseJwtSettings(read: SettingsReader): void {
  // A mode that is misspelt is reported already, and is most likely meant to be this one.
  if (read.text('MUSTER_AUTH', 'dev') !== 'dev') return;
  for (const name of jwtSettings) {
    if (read.text(name, '') !== '') read.problems.push(`${name} is set, but no token is checked; add MUSTER_AUTH=jwt`);
  }
}

/** The mode and all that it needs. What is missing is reported to `read`. */
export function decodeAuthConfig(read: SettingsReader, host: string): AuthConfig {
  if (read.oneOf('MUSTER_AUTH', ['dev', 'jwt'], 'dev') === 'jwt') {
    return { kind: 'jwt', keys: decodeKeySource(read), rules: decodeTokenRules(read) };
  }
  refuseJwtSettings(read);
  if (!isLoopback(host)) {
    read.problems.push(
      `MUSTER_HOST is \`${host}\`, but MUSTER_AUTH=dev accepts any token and serves loopback addresses only; use 127.0.0.1, or MUSTER_AUTH=jwt`,
    );
  }
  return { kind: 'dev' };
}
