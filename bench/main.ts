/** Runs the benches and prints their rows: `npm run bench`, or `npm run bench -- closures http`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { benchBatch } from './batch.ts';
import { benchClosures } from './closures.ts';
import { benchFastPaths } from './fast-paths.ts';
import { benchHttp } from './http.ts';
import type { Row } from './measure.ts';
import { benchStart } from './start.ts';
import { renderTable } from './table.ts';

const groups: Readonly<Record<string, () => Promise<readonly Row[]>>> = {
  closures: benchClosures,
  sql: benchFastPaths,
  batch: benchBatch,
  http: benchHttp,
  start: benchStart,
};

const results = join(import.meta.dirname, 'results');

async function main(wanted: readonly string[]): Promise<void> {
  for (const name of wanted) {
    if (!Object.hasOwn(groups, name)) {
      throw new Error(`there is no group \`${name}\`; there are ${Object.keys(groups).join(', ')}`);
    }
  }
  const rows: (Row & { readonly group: string })[] = [];
  for (const [group, run] of Object.entries(groups)) {
    if (wanted.length > 0 && !wanted.includes(group)) continue;
    process.stderr.write(`${group} …\n`);
    rows.push(...(await run()).map((row) => ({ group, ...row })));
  }
  process.stdout.write(`${renderTable(rows)}\n`);
  await mkdir(results, { recursive: true });
  await writeFile(join(results, 'latest.json'), `${JSON.stringify({ node: process.version, rows }, null, 2)}\n`);
}

await main(process.argv.slice(2));
