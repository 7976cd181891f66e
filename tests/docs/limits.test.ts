import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { audienceLimits, externalLimits, onceLimits, scheduleLimits } from '@muster/audience';
import { clientLimits } from '@muster/client';
import { jobErrorLimits, patternLimits } from '@muster/evaluation';
import { importLimits } from '@muster/ingestion';
import {
  checkLimits,
  defaultParseLimits,
  defaultScanLimits,
  documentLimits,
  evaluationLimits,
  explanationLimits,
  schemaLimits,
} from '@muster/pql';
import { defaultLimits } from '@muster/server';
import { dataLimits } from '@muster/store';
import { wireLimits } from '@muster/wire';

/** The limits by the heading they stand under in docs/limits.md. */
const groups: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Expressions: {
    ...defaultParseLimits,
    ...checkLimits,
    ...patternLimits,
    ...evaluationLimits,
    ...explanationLimits,
    ...defaultScanLimits,
  },
  Schemas: schemaLimits,
  Documents: documentLimits,
  Audiences: audienceLimits,
  'Idempotency keys': onceLimits,
  Schedules: scheduleLimits,
  Requests: wireLimits,
  'External audiences': externalLimits,
  Server: { ...defaultLimits },
  'Data engine': dataLimits,
  'Errors of jobs': jobErrorLimits,
  Imports: { ...importLimits },
  Client: clientLimits,
};

/** The rows of a document as `group name value`. */
function documentedLimits(markdown: string): readonly string[] {
  let group = '';
  return markdown.split('\n').flatMap((line) => {
    group = /^## (.+)$/.exec(line)?.[1] ?? group;
    const row = /^\| `(\w+)` \| ([\d,]+) \|/.exec(line);
    return row === null ? [] : [`${group} ${row[1]} ${row[2]?.replaceAll(',', '')}`];
  });
}

test('every limit stands in docs/limits.md with its value, and nothing else does', async () => {
  const markdown = await readFile(join(import.meta.dirname, '../../docs/limits.md'), 'utf8');
  const inForce = Object.entries(groups).flatMap(([group, limits]) =>
    Object.entries(limits).map(([name, value]) => `${group} ${name} ${value}`),
  );
  assert.deepEqual([...documentedLimits(markdown)].sort(), inForce.sort());
});
