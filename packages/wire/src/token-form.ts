/** Requests for tokens, as values. */
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { type TokenErrorBody, TokenForm } from './token-schema.ts';

/** What a client shows for a token. */
export interface TokenRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The code of the grant `authorization_code`; null for client credentials. */
  readonly code: string | null;
}

const refuse = (error: string, description: string): TokenErrorBody => ({ error, error_description: description });

/** The parameters by name, and the name of one that is given twice. */
function collect(sources: readonly URLSearchParams[]) {
  const found = new Map<string, string>();
  let twice: string | null = null;
  for (const [name, value] of sources.flatMap((source) => [...source])) {
    if (found.has(name)) twice = name;
    found.set(name, value);
  }
  const parameters: Readonly<Record<string, string>> = Object.fromEntries(found);
  return { parameters, twice };
}

/**
 * The request in a form and in the parameters of the URL, where some clients put a part of it; or OAuth's error. A
 * parameter twice is refused, wherever it is.
 */
export function decodeTokenForm(form: string, query: string): TokenRequest | TokenErrorBody {
  const { parameters, twice } = collect([new URLSearchParams(query), new URLSearchParams(form)]);
  if (twice !== null) return refuse('invalid_request', `\`${twice}\` is given more than once`);
  const { grant_type: grant } = parameters;
  if (grant !== undefined && !Check(TokenForm.properties.grant_type, grant)) {
    return refuse('unsupported_grant_type', '`grant_type` is neither `client_credentials` nor `authorization_code`');
  }
  if (!Check(TokenForm, parameters)) {
    const findings = checkValue(TokenForm, parameters).map(({ message }) => message);
    return refuse('invalid_request', findings.join('; '));
  }
  const { client_id: clientId, client_secret: clientSecret, grant_type: grantType, code = null } = parameters;
  if (grantType === 'client_credentials') return { clientId, clientSecret, code: null };
  return code === null ? refuse('invalid_request', '`code` is missing') : { clientId, clientSecret, code };
}
