import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./main.ts', import.meta.url));

/** The program as a process, with all it says. */
class RunningProgram {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said = '';

  constructor(environment: Record<string, string>) {
    const env = { PATH: process.env['PATH'] ?? '', ...environment };
    this.child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said += text;
      });
    }
  }

  /** The URL it serves, as soon as it says so. */
  async url(): Promise<string> {
    for (;;) {
      const url = /ready at (http:\S+)/.exec(this.said)?.[1];
      if (url !== undefined) return url;
      if (this.child.exitCode !== null) throw new Error(this.said);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function start(context: TestContext, environment: Record<string, string>): RunningProgram {
  const running = new RunningProgram(environment);
  context.after(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  });
  return running;
}

test('the program serves, names the ways it cannot start, stops when told and keeps what was stored', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-main-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const settings = { MUSTER_DATA_DIR: join(folder, 'one'), MUSTER_PORT: '0' };
  const first = start(context, settings);
  const url = await first.url();
  const headers = {
    authorization: 'Bearer any',
    'x-api-key': 'any',
    'x-gw-ims-org-id': 'DEMO@AdobeOrg',
    'x-sandbox-name': 'prod',
    'content-type': 'application/json',
  };
  const audience = { audienceId: 'x', name: 'x', namespace: 'crm', type: 'ExternalSegment' };
  const created = await fetch(`${url}/data/core/ups/audiences`, {
    method: 'POST',
    headers,
    body: JSON.stringify(audience),
  });
  const body: unknown = await created.json();
  assert.ok(typeof body === 'object' && body !== null && 'id' in body);

  const locked = start(context, settings);
  assert.equal(await locked.ended, 1);
  assert.match(locked.said, /^muster: the data folder .* is in use by process \d+/);
  assert.equal(locked.said.trimEnd().split('\n').length, 1);

  const port = new URL(url).port;
  const used = start(context, { MUSTER_DATA_DIR: join(folder, 'two'), MUSTER_PORT: port, MUSTER_LOG_LEVEL: 'silent' });
  assert.equal(await used.ended, 1);
  assert.equal(
    used.said,
    `muster: port ${port} of 127.0.0.1 is in use by another program: stop it, or choose another port with MUSTER_PORT\n`,
  );

  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0, first.said);
  const logged = first.said.split('\n').filter((line) => line.includes('"method":"POST"'));
  assert.equal(logged.length, 1, first.said);
  assert.ok(logged[0]?.includes(`"requestId":"${created.headers.get('x-request-id')}"`), logged[0]);
  const second = start(context, settings);
  const found = await fetch(`${await second.url()}/data/core/ups/audiences/${body.id}`, { headers });
  assert.equal(found.status, 200);
  second.child.kill('SIGINT');
  assert.equal(await second.ended, 0, second.said);
});
