/**
 * `npm run demo`: the whole way with made-up data: import, audiences, evaluation, members, export.
 *
 * Runs the commands a person would run, and shows them. The data stays in `.muster/demo` for a look around.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type DemoSize, demoAsOf, demoEvents, demoProfiles } from './demo-data.ts';
import { repositoryRoot } from './repository-root.ts';

const scale = Number(process.env['MUSTER_DEMO_SCALE'] ?? 1);
const size: DemoSize = { seed: 20_250_701, people: Math.ceil(100_000 * scale), events: Math.ceil(1_000_000 * scale) };
const folder = join(repositoryRoot, '.muster', 'demo');
const dataDir = join(folder, 'data');
const asOf = new Date(demoAsOf).toISOString();

const audiences = [
  ['Germans with points', 'homeAddress.country = "DE" and loyalty.points > 1000'],
  [
    'Frequent buyers',
    'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 90 days before now].count() >= 3',
  ],
  ['Big spenders', 'xEvent[eventType = "commerce.purchases"].sum(commerce.order.priceTotal) > 2000'],
  [
    'Left a cart behind',
    'xEvent.exists(eventType = "commerce.productListAdds" and timestamp occurs <= 7 days before now) ' +
      'and not xEvent.exists(eventType = "commerce.purchases" and timestamp occurs <= 7 days before now)',
  ],
  [
    'Looked at what others bought',
    'exists E from xEvent where E.eventType = "commerce.productViews", I from E.productListItems where I.SKU = "SKU-0001"',
  ],
] as const;

/** Writes lines to a file as fast as the disk takes them, a few thousand at a time. */
async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  await pipeline(Readable.from(inChunks(lines)), createWriteStream(path));
}

function* inChunks(lines: Iterable<string>): Iterable<string> {
  const linesPerChunk = 5_000;
  let chunk: string[] = [];
  for (const line of lines) {
    chunk.push(line);
    if (chunk.length < linesPerChunk) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

/** Starts the server and resolves when it says that it is ready. */
async function startServer(): Promise<ChildProcess> {
  const server = spawn(process.execPath, [join(repositoryRoot, 'apps/server/src/main.ts')], {
    env: { ...process.env, MUSTER_DATA_DIR: dataDir, MUSTER_PORT: '0', MUSTER_LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout)) {
    if (line.includes('ready')) return server;
  }
  throw new Error('the server ended before it was ready');
}

/** Shows a command and runs it. */
async function muster(...args: readonly string[]): Promise<void> {
  const shown = args.map((arg) => (/^[\w./:-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ');
  process.stdout.write(`\n$ muster ${shown}\n`);
  const program = join(repositoryRoot, 'apps/cli/src/main.ts');
  const child = spawn(process.execPath, [program, ...args, '--data-dir', dataDir], { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the command ended with ${String(code)}`);
}

async function tour(): Promise<void> {
  const people = join(folder, 'people.jsonl');
  const events = join(folder, 'events.jsonl');
  process.stdout.write(`making up ${size.people} people and ${size.events} events (seed ${size.seed})\n`);
  await Promise.all([writeLines(people, demoProfiles(size)), writeLines(events, demoEvents(size))]);
  await muster('import', '--kind', 'profiles', people);
  await muster('import', '--kind', 'events', events);
  for (const [name, expression] of audiences) {
    await muster('audiences', 'create', '--name', name, '--expression', expression);
  }
  await muster('evaluate', ...audiences.map(([name]) => name), '--as-of', asOf);
  await muster('members', 'Frequent buyers', '--limit', '5', '--fields', 'person.name.firstName,homeAddress.country');
  await muster('export', 'Frequent buyers', '--format', 'csv', '--out', join(folder, 'frequent-buyers.csv'));
}

const started = performance.now();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const server = await startServer();
try {
  await tour();
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`\ndone in ${seconds} s. To look around: MUSTER_DATA_DIR=.muster/demo/data npm start\n`);
} finally {
  server.kill('SIGTERM');
  await once(server, 'exit');
}
