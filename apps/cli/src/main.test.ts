import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import packageDocument from '../package.json' with { type: 'json' };

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-cli-'));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program as a user would, with `input` on stdin and more settings in the environment. */
function run(args: readonly string[], input = '', settings: Readonly<Record<string, string>> = {}): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, MUSTER_DATA_DIR: join(folder, 'data'), ...settings },
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text));
  // The program may end without reading its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, ...texts }));
  });
}

async function fileWith(name: string, content: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('help goes to stdout and shows examples', async () => {
  for (const args of [['--help'], ['import', '--help'], ['pql', 'check', '--help']]) {
    const { code, stdout, stderr } = await run(args);
    assert.equal(code, 0);
    assert.match(stdout, /Usage: muster[\s\S]*Example/);
    assert.equal(stderr, '');
  }
});

test('wrong usage ends with 2 and says what is wrong', async () => {
  const cases: readonly [readonly string[], RegExp][] = [
    [['nonsense'], /unknown command 'nonsense'/],
    [['members'], /missing required argument/],
    [['members', 'x', '--limit', '0'], /whole number from 1/],
    [['evaluate', 'x', '--as-of', 'soon'], /ISO 8601/],
    [['evaluate'], /name the audiences, or say --all/],
    [['import', '--kind', 'events', '-'], /an import needs a file/],
    [['import', 'x.jsonl'], /--kind profiles or --kind events/],
    [['audiences', 'create', '--name', 'x'], /--expression/],
    [['export', 'x', '--format', 'xml', '--out', '-'], /Allowed choices/],
    [['audiences', 'list', '--url', 'ftp://x'], /no http or https URL/],
    [['audiences', 'list', '--org', 'two words'], /^muster: option '--org <id>'.* id such as DEMO@AdobeOrg/],
    [['audiences', 'list', '--sandbox', 'PROD'], /Expected lower-case letters, digits and hyphens/],
    [['serve', '--port', '65536'], /whole number from 0 to 65535/],
  ];
  await Promise.all(
    cases.map(async ([args, message]) => {
      const { code, stdout, stderr } = await run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(stdout, '');
      assert.match(stderr, message);
    }),
  );
});

test('the version is that of the package', async () => {
  assert.deepEqual(await run(['--version']), { code: 0, stdout: `${packageDocument.version}\n`, stderr: '' });
});

test('organisation, sandbox and address come from the environment, where an empty text is none', async () => {
  const list = (settings: Readonly<Record<string, string>>) => run(['audiences', 'list'], '', settings);
  assert.match((await list({ MUSTER_ORG: 'two words' })).stderr, /from env 'MUSTER_ORG' is invalid/);
  assert.match((await list({ MUSTER_SANDBOX: 'PROD' })).stderr, /from env 'MUSTER_SANDBOX' is invalid/);
  assert.match((await list({ MUSTER_URL: 'ftp://x' })).stderr, /no http or https URL/);
  const settings = { MUSTER_ORG: '', MUSTER_SANDBOX: '', MUSTER_URL: '', MUSTER_TOKEN: '', MUSTER_API_KEY: '' };
  assert.equal((await list(settings)).code, 0);
});

test('a sound expression has its type printed', async () => {
  assert.deepEqual(await run(['pql', 'check', '-'], 'homeAddress.country = "DE"'), {
    code: 0,
    stdout: 'boolean\n',
    stderr: '',
  });
  const json = await run(['pql', 'check', '-', '--json', '--schema', 'any'], 'a.b');
  assert.deepEqual(JSON.parse(json.stdout), { valid: true, type: 'any', diagnostics: [] });
});

test('a faulty expression is underlined on stdout and ends with 3', async () => {
  const people = await run(['pql', 'check', '-'], 'homeAddres.country = "DE"');
  assert.equal(people.code, 3);
  assert.match(people.stdout, /homeAddres\.country = "DE"\n {2}\^{10}\n/);
  const json = await run(['pql', 'check', '-', '--json'], 'homeAddres.country = "DE"');
  assert.equal(json.code, 3);
  assert.match(json.stdout, /^\{"valid":false,"type":null,"diagnostics":\[\{.*\}\]\}\n$/);
});

test('an expression in place of its file is told where it goes', async () => {
  for (const name of ['check', 'format', 'json', 'sql']) {
    const { code, stderr } = await run(['pql', name, 'a = 1']);
    assert.equal(code, 3);
    assert.match(stderr, /^muster: there is no file `a = 1`\n {2}help: an expression itself is given on stdin/);
  }
  const profile = await run(['pql', 'eval', '-', '--profile', join(folder, 'absent.json')], 'true');
  assert.match(profile.stderr, /^muster: there is no file `[^`]+absent\.json`\n$/);
});

test('fields come from the schema file', async () => {
  const events = { type: 'array', items: { type: 'object', properties: { kind: { type: 'string' } } } };
  const whole = await fileWith('whole.json', { properties: { age: { type: 'integer' }, xEvent: events } });
  assert.equal((await run(['pql', 'check', '-', '--schema', whole], 'age')).stdout, 'integer\n');
  assert.equal((await run(['pql', 'check', '-', '--schema', whole], 'xEvent[kind = "a"].count() > 1')).code, 0);
  assert.equal((await run(['pql', 'check', '-', '--schema', whole], 'homeAddress.city = "x"')).code, 3);
  const parts = await fileWith('parts.json', { profile: { properties: { age: { type: 'integer' } } } });
  assert.equal((await run(['pql', 'check', '-', '--schema', parts], 'age > 3')).code, 0);
  assert.equal((await run(['pql', 'check', '-', '--schema', join(folder, 'absent.json')], 'a')).code, 3);
});

test('an expression has a value for one profile at one time', async () => {
  const profile = await fileWith('profile.json', {
    homeAddress: { country: 'DE' },
    nonsense: 1,
    xEvent: [
      { _id: '2', timestamp: '2024-01-31T00:00:00Z', eventType: 'late' },
      { _id: '1', timestamp: '2024-01-01T00:00:00Z', eventType: 'early' },
    ],
  });
  const evaluate = (text: string) =>
    run(['pql', 'eval', '-', '--profile', profile, '--as-of', '2024-02-01T00:00:00Z'], text);
  const recent = await evaluate('xEvent[timestamp occurs <= 7 days before now].count()');
  assert.equal(recent.stdout, '1\n');
  assert.match(recent.stderr, /`nonsense` is not in the schema/);
  assert.equal((await evaluate('homeAddress.country')).stdout, '"DE"\n');
  assert.equal((await evaluate('homeAddress.city')).stdout, 'null\n');
  assert.match((await evaluate('xEvent')).stdout, /"early".*"late"/);
  assert.equal((await evaluate('homeAddress.country =')).code, 3);
});

test('an expression is explained for one profile at one time', async () => {
  const profile = await fileWith('explained.json', {
    homeAddress: { country: 'DE' },
    xEvent: [{ _id: '1', timestamp: '2024-01-31T00:00:00Z', eventType: 'view' }],
  });
  const text = 'homeAddress.country = "US" and xEvent.exists(timestamp occurs <= 7 days before now)';
  const args = ['pql', 'explain', '-', '--profile', profile, '--as-of', '2024-02-01T00:00:00Z'];
  const people = await run(args, text);
  assert.equal(people.code, 0);
  assert.match(people.stdout, /^✗ [\s\S]*\n {2}✗ homeAddress\.country = "US": homeAddress\.country is "DE"\n/);
  assert.match(people.stdout, /until 2024-02-07T00:00:00\.001Z if no data arrives\.\n$/);
  const json = await run([...args, '--json'], text);
  assert.match(json.stdout, /^\{"explanation":\{.*"truth":false.*"stableUntil":"2024-02-07T00:00:00\.001Z"\}\n$/);
  assert.equal((await run(['pql', 'explain', '-', '--profile', '-'], text)).code, 2);
  assert.equal((await run(args, 'homeAddress.country =')).code, 3);
});

test('an evaluation that takes too many steps ends with 1 and says so', async () => {
  const at = Date.UTC(2024, 0, 1);
  const events = Array.from({ length: 600 }, (_, index) => ({ _id: `${index}`, timestamp: new Date(at + index) }));
  const profile = await fileWith('many-events.json', { xEvent: events });
  const text = 'exists A from xEvent, B from xEvent, C from xEvent where A.timestamp > B.timestamp and C._id = "x"';
  for (const command of ['eval', 'explain']) {
    const { code, stderr } = await run(['pql', command, '-', '--profile', profile], text);
    assert.equal(code, 1);
    assert.match(stderr, /^muster: the expression takes more than 25,000,000 steps on this profile: [^\n]*\n$/);
  }
});

test('an expression is shown as the SQL of a batch run, with its parameters', async () => {
  const text = 'homeAddress.country = "DE" and not xEvent.exists(timestamp occurs < 1 day before now)';
  const args = ['pql', 'sql', '-', '--as-of', '2024-02-01T00:00:00Z'];
  const people = await run(args, text);
  assert.equal(people.code, 0, people.stderr);
  assert.match(people.stdout, /^-- members: leaf 0 and not leaf 1\n/);
  assert.match(
    people.stdout,
    /\n-- scan of profiles: leaf 0\nSELECT .*`homeAddress\/country`.* FINAL;\n.*-- p\d = "DE"\n/s,
  );
  const json = await run([...args, '--json'], text);
  assert.match(
    json.stdout,
    /^\{"asOf":"2024-02-01T00:00:00.000Z","formula":\{"kind":"and",.*"scans":\[\{"name":"profiles"/,
  );
  assert.match(json.stdout, /"name":"events","leaves":\[1\],"sql":"SELECT [^"]*","parameters":\{[^}]*1706659200001,/);
  const schema = await fileWith('sql-schema.json', {
    properties: { tags: { type: 'array', items: { type: 'string' } } },
  });
  assert.match((await run([...args, '--schema', schema], '"a" in tags')).stdout, /`tags`/);
  assert.equal((await run([...args, '--schema', 'any'], 'a = 1')).code, 2);
  assert.equal((await run(args, 'homeAddress.country =')).code, 3);
  assert.equal((await run(args, 'homeAddress.country.count() + 1')).code, 3);
});

test('a profile that does not fit its schema ends with 3', async () => {
  const profile = await fileWith('odd.json', { homeAddress: 'Berlin' });
  const { code, stderr } = await run(['pql', 'eval', '-', '--profile', profile], 'homeAddress.city');
  assert.equal(code, 3);
  assert.match(stderr, /homeAddress: .*not an object/);
});

test('an expression is formatted', async () => {
  assert.equal((await run(['pql', 'format', '-'], 'a=1 and(b=2)')).stdout, 'a = 1 and b = 2\n');
  assert.equal((await run(['pql', 'format', '-'], 'a =')).code, 3);
});

test('an expression is converted to JSON and back', async () => {
  const text = 'a = 1 and inSegment("x")';
  const json = await run(['pql', 'json', '-', '--json'], text);
  assert.match(json.stdout, /^\{"nodeType":"fnApply","fnName":"and",.*inSegment.*"value":"x"\}\]\}\]\}\n$/);
  const people = await run(['pql', 'json', '-'], text);
  assert.deepEqual(JSON.parse(people.stdout), JSON.parse(json.stdout));
  assert.equal((await run(['pql', 'json', '--from-json', '-'], people.stdout)).stdout, `${text}\n`);
});

test('an expression that cannot be converted ends with 3 and names the place', async () => {
  const faulty = await run(['pql', 'json', '--from-json', '-'], '{"nodeType": "fnApply", "fnName": "not"}');
  assert.equal(faulty.code, 3);
  assert.match(faulty.stderr, /error: `params` is missing at the top \[json\/missing-field\]/);
  assert.equal((await run(['pql', 'json', '--from-json', '-'], 'a = 1')).code, 3);
  assert.equal((await run(['pql', 'json', '-'], 'a =')).code, 3);
});

test('from a file to the members of an audience, without a server', async () => {
  const orders = await fileWith(
    'orders.csv',
    'order,amount,at,who,country\n1,5,2020-01-01,anna,DE\n2,7,2020-01-02,ben,FR\n1,6,2020-01-01,anna,DE\n3,1,2020-01-01,,DE\n',
  );
  const mapping = await fileWith('mapping.json', {
    columns: { order: 'string', amount: 'number', at: 'date', who: 'string', country: 'string' },
    identity: { namespace: 'crm', value: 'who' },
    profile: { time: 'at', set: { 'homeAddress.country': 'country' } },
    event: {
      groupBy: 'order',
      set: { _id: 'order', timestamp: 'at', 'commerce.order.priceTotal': 'lines.sum(amount)' },
    },
  });
  const imported = await run(['import', orders, '--mapping', mapping, '--json']);
  assert.equal(imported.code, 0, imported.stderr);
  assert.match(imported.stdout, /"counts":\{"rows":4,"profiles":2,"events":2,"skipped":1,"rejected":0\}/);
  const again = await run(['import', orders, '--mapping', mapping]);
  assert.match(again.stderr, /was imported already/);

  const rule = 'xEvent.sum(commerce.order.priceTotal) > 10';
  const created = await run(['audiences', 'create', '--name', 'Big', '--expression', rule]);
  assert.equal(created.code, 0, created.stderr);
  const id = created.stdout.trim();
  const refused = await run(['audiences', 'create', '--name', 'Odd', '--expression', 'nobody = 1']);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /nobody = 1\n +\^{6}/);

  const early = [await run(['members', 'Big']), await run(['export', 'Big', '--out', join(folder, 'early.csv')])];
  for (const { code, stderr } of early) {
    assert.equal(code, 1);
    assert.match(stderr, /`Big` was not evaluated yet; `muster evaluate` does so/);
  }
  const evaluated = await run(['evaluate', 'Big', '--as-of', '2020-02-01']);
  assert.equal(evaluated.code, 0, evaluated.stderr);
  assert.match(evaluated.stdout, /as of 2020-02-01T00:00:00.000Z[\s\S]*Big +1 +1 +0 +0/);
  const all = await run(['evaluate', '--all', '--as-of', '2020-02-01']);
  assert.match(all.stdout, /Big +1 +0 +1 +0/);
  const members = await run(['members', 'Big', '--fields', 'homeAddress.country', '--json']);
  assert.match(members.stdout, /"members":\[\{"identity":\{"namespace":"crm","id":"anna"\}/);
  const out = join(folder, 'big.csv');
  assert.equal((await run(['export', id, '--out', out])).code, 0);
  assert.equal(await readFile(out, 'utf8'), 'identityNamespace,identityId\r\ncrm,anna\r\n');
  const parquet = join(folder, 'big.parquet');
  assert.equal((await run(['export', 'Big', '--format', 'parquet', '--out', parquet])).code, 0);
  const file = await readFile(parquet, 'latin1');
  assert.ok(file.startsWith('PAR1') && file.endsWith('PAR1') && file.includes('anna'));
  assert.equal((await run(['members', 'Nobody'])).code, 1);
  const shown = await run(['audiences', 'show', 'Big']);
  assert.equal(
    shown.stdout,
    `id           ${id}\nname         Big\nstate        published\nmembers      1\nrule         ${rule}\n`,
  );
  assert.match((await run(['audiences', 'show', id, '--json'])).stdout, /^\{"id":.*"metrics":.*\}\n$/);
  assert.deepEqual(await run(['audiences', 'delete', 'Big']), { code: 0, stdout: 'Big: deleted\n', stderr: '' });
  assert.equal((await run(['audiences', 'delete', id])).code, 1);
});

test('a mapping that cannot be used is refused before anything is read', async () => {
  const orders = await fileWith('more.csv', 'a\n1\n');
  const mapping = await fileWith('odd-mapping.json', { columns: { a: 'text' }, event: { set: {} } });
  const { code, stderr } = await run(['import', orders, '--mapping', mapping]);
  assert.equal(code, 3);
  assert.match(stderr, /\/columns\/a: has no known type/);
});

test('an import of which every row was rejected ends with 3', async () => {
  const faulty = { identityMap: { Email: [{ id: 'ann', primary: true }] }, person: { birthYear: 'long ago' } };
  const { code, stdout, stderr } = await run([
    'import',
    '--kind',
    'profiles',
    await fileWith('rejected.jsonl', faulty),
  ]);
  assert.equal(code, 3, stderr);
  assert.match(stdout, /rejected.jsonl: succeeded[\s\S]*\nrow 1: /);
  assert.match(stderr, /muster: nothing of rejected\.jsonl was imported: every row was rejected\n$/);
});

test('sandboxes are listed, reset and deleted', async () => {
  const dev = ['--sandbox', 'dev'];
  const rule = ['--name', 'Germany', '--expression', 'homeAddress.country = "DE"'];
  assert.equal((await run([...dev, 'audiences', 'create', ...rule])).code, 0);
  const listed = await run(['sandboxes', 'list']);
  assert.match(
    listed.stdout,
    /^name +type +state +title\ndev +development +active +Dev\nprod +production +active +Production\n$/,
  );
  assert.deepEqual(await run(['sandboxes', 'reset', 'dev']), { code: 0, stdout: 'dev: active\n', stderr: '' });
  assert.equal((await run([...dev, 'audiences', 'list', '--json'])).stdout, '[]\n');
  assert.deepEqual(await run(['sandboxes', 'delete', 'dev']), { code: 0, stdout: 'dev: deleted\n', stderr: '' });
  const again = await run(['sandboxes', 'delete', 'dev']);
  assert.deepEqual([again.code, again.stdout], [1, '']);
  assert.match(again.stderr, /no sandbox of this name/);
  const refused = await run(['sandboxes', 'delete', 'prod']);
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /reset it instead/);
});
