import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ConfigError, decodeConfig } from './config.ts';
import { settingNames } from './setting-names.ts';

/** Decodes settings that cannot be used and gives the names of those that are reported. */
function refused(environment: Record<string, string>): readonly (string | undefined)[] {
  try {
    decodeConfig(environment);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map((problem) => problem.split(' ')[0]);
  }
  return [];
}

test('without settings the server is local and embedded', () => {
  const config = decodeConfig({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 8080);
  assert.match(config.databaseUrl, /^sqlite:.*\.muster\/control\.sqlite$/);
  assert.equal(config.clickhouseUrl, null);
});

test('everything that is wrong is reported together', () => {
  const wrong = {
    MUSTER_PORT: '70000',
    MUSTER_HOST: '0.0.0.0',
    MUSTER_DATABASE_URL: 'mysql://x',
    MUSTER_CLICKHOUSE_URL: 'nonsense',
    MUSTER_LOG_LEVEL: 'loud',
    MUSTER_NOW: 'soon',
    MUSTER_CLOCK: 'slow',
    MUSTER_ID_SEED: 'x'.repeat(201),
  };
  assert.deepEqual([...refused(wrong)].sort(), Object.keys(wrong).sort());
});

test('any token is welcome on loopback addresses only', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', '::1', 'localhost'])
    assert.deepEqual(refused({ MUSTER_HOST: host }), []);
  for (const host of ['0.0.0.0', '::', '192.168.1.1', 'example.org', '127.0.0.1.example.org']) {
    assert.deepEqual(refused({ MUSTER_HOST: host }), ['MUSTER_HOST']);
  }
});

test('keys and names of tokens that nobody would check are refused', () => {
  const settings = {
    MUSTER_JWKS_URL: 'https://issuer.example/keys',
    MUSTER_JWT_ISSUER: 'issuer',
    MUSTER_JWT_AUDIENCE: 'muster',
  };
  assert.deepEqual(refused(settings), Object.keys(settings));
  assert.deepEqual(refused({ ...settings, MUSTER_AUTH: 'jwt' }), []);
  for (const name of ['MUSTER_JWKS_FILE', 'MUSTER_ISSUER_KEY_FILE', 'MUSTER_ISSUER_CLIENTS_FILE']) {
    assert.deepEqual(refused({ [name]: 'x' }), [name]);
  }
});

test('what `jwt` needs is reported together, and any address is fine with it', () => {
  assert.deepEqual(refused({ MUSTER_AUTH: 'jwt' }), ['MUSTER_JWKS_URL', 'MUSTER_JWT_ISSUER', 'MUSTER_JWT_AUDIENCE']);
  const complete = {
    MUSTER_AUTH: 'jwt',
    MUSTER_HOST: '0.0.0.0',
    MUSTER_JWT_ISSUER: 'issuer',
    MUSTER_JWT_AUDIENCE: 'muster',
    MUSTER_JWKS_FILE: 'keys.json',
  };
  assert.deepEqual(refused(complete), []);
  const cases: readonly [Record<string, string>, readonly string[]][] = [
    [{ MUSTER_JWKS_URL: 'https://issuer.example/keys' }, ['MUSTER_JWKS_URL']],
    [{ MUSTER_JWKS_FILE: '', MUSTER_JWKS_URL: 'ftp://issuer.example/keys' }, ['MUSTER_JWKS_URL']],
    [{ MUSTER_JWKS_FILE: '', MUSTER_ISSUER_KEY_FILE: 'key.pem' }, ['MUSTER_ISSUER_CLIENTS_FILE']],
    [{ MUSTER_JWT_ALGORITHMS: 'RS256,HS256,none' }, ['MUSTER_JWT_ALGORITHMS']],
    [{ MUSTER_JWT_ALGORITHMS: ' , ' }, ['MUSTER_JWT_ALGORITHMS']],
    [{ MUSTER_AUTH: 'none' }, ['MUSTER_AUTH', 'MUSTER_HOST']],
  ];
  for (const [changes, names] of cases) assert.deepEqual(refused({ ...complete, ...changes }), names);
});

test('a report does not repeat addresses, which may hold passwords', () => {
  assert.throws(
    () => decodeConfig({ MUSTER_DATABASE_URL: 'mysql://user:secret@host' }),
    (error: Error) => !error.message.includes('secret'),
  );
});

test('a time stands still unless it is to go on, and the machine has it unless it is set', () => {
  assert.deepEqual(decodeConfig({}).clock, { mode: 'system', at: null });
  const MUSTER_NOW = '2024-05-01T00:00:00Z';
  const at = Date.UTC(2024, 4, 1);
  assert.deepEqual(decodeConfig({ MUSTER_NOW }).clock, { mode: 'fixed', at });
  assert.deepEqual(decodeConfig({ MUSTER_NOW, MUSTER_CLOCK: 'running' }).clock, { mode: 'running', at });
  assert.deepEqual(refused({ MUSTER_CLOCK: 'running' }), ['MUSTER_NOW']);
});

test('time and ids are by chance where tokens are checked', () => {
  const earnest = {
    MUSTER_AUTH: 'jwt',
    MUSTER_JWKS_FILE: 'keys.json',
    MUSTER_JWT_ISSUER: 'issuer',
    MUSTER_JWT_AUDIENCE: 'muster',
  };
  assert.deepEqual(refused(earnest), []);
  const forTests = { MUSTER_NOW: '2024-05-01T00:00:00Z', MUSTER_ID_SEED: 'seed' };
  assert.deepEqual(refused({ ...earnest, ...forTests }), Object.keys(forTests));
});

/** Names that other programs read, or that Kubernetes sets for services called `muster` and `muster-clickhouse`. */
const namesOfOthers = [
  'MUSTER_ORG',
  'MUSTER_SANDBOX',
  'MUSTER_URL',
  'MUSTER_TOKEN',
  'MUSTER_API_KEY',
  'MUSTER_SEED',
  'MUSTER_TEST_POSTGRES_URL',
  'MUSTER_TEST_CLICKHOUSE_URL',
  'MUSTER_BENCH_SCALE',
  'MUSTER_DEMO_SCALE',
  'MUSTER_ONLINE_RETAIL',
  'MUSTER_SERVICE_HOST',
  'MUSTER_SERVICE_PORT',
  'MUSTER_PORT_80_TCP',
  'MUSTER_PORT_8080_TCP_ADDR',
  'MUSTER_CLICKHOUSE_PORT',
  'MUSTER_CLICKHOUSE_SERVICE_HOST',
  'MUSTER_CLICKHOUSE_SERVICE_PORT',
  'MUSTER_CLICKHOUSE_SERVICE_PORT_HTTP',
  'MUSTER_CLICKHOUSE_PORT_8123_TCP_PROTO',
  'MUSTER_DATABASE_PORT',
];

test('a name that looks like a setting is refused with the one that was meant', () => {
  const misspelt = {
    MUSTER_PORTT: 'MUSTER_PORT',
    MUSTER_PROT: 'MUSTER_PORT',
    MUSTER_DATADIR: 'MUSTER_DATA_DIR',
    MUSTER_DATA: 'MUSTER_DATA_DIR',
    MUSTER_data_dir: 'MUSTER_DATA_DIR',
    MUSTER_JWT_AUDIENCES: 'MUSTER_JWT_AUDIENCE',
    MUSTER_REQUEST_PER_SECOND_MAX: 'MUSTER_REQUESTS_PER_SECOND_MAX',
    MUSTER_SHUTDOWN: 'MUSTER_SHUTDOWN_MS',
  };
  for (const [name, meant] of Object.entries(misspelt)) {
    assert.throws(
      () => decodeConfig({ [name]: 'secret' }),
      new ConfigError([`${name} is no setting; did you mean ${meant}?`]),
      name,
    );
    assert.deepEqual(refused({ [name]: '' }), [], 'an empty variable counts as not set');
  }
  assert.deepEqual(refused({ MUSTER_PORTT: '1', MUSTER_LOG_LEVEL: 'loud' }), ['MUSTER_LOG_LEVEL', 'MUSTER_PORTT']);
});

test('variables of other programs are left alone', () => {
  for (const name of [...namesOfOthers, 'MUSTER', 'PORTT', 'PATH']) assert.deepEqual(refused({ [name]: 'x' }), []);
});

test('every setting is documented', () => {
  const document = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
  const documented = new Set(Array.from(document.matchAll(/`(MUSTER_[A-Z_]+)`/g), ([, name]) => name));
  assert.deepEqual(
    settingNames.filter((name) => !documented.has(name)),
    [],
  );
});
