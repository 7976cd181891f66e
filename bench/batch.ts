/** A batch run of fifty audiences against SQL written by hand, and against one query per audience. */
import { epochMs, type Scope } from '@muster/audience';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, type BatchAudience, builtInSchema, planBatch, renderScans } from '@muster/pql';
import type { OpenEngine } from '@muster/store/engine-access';
import { asOf, type BenchAudience, benchAudiences } from './batch-audiences.ts';
import { countEach, countTogether } from './batch-by-hand.ts';
import { inBenchWorld } from './batch-world.ts';
import { inTurn, type Row, timed } from './measure.ts';

/** A count for each audience, in order. */
type Counts = readonly number[];

/** The rows of the batch run. */
export function benchBatch(): Promise<readonly Row[]> {
  return inBenchWorld(compare);
}

async function compare(engine: OpenEngine, scope: Scope): Promise<readonly Row[]> {
  const { client } = engine;
  const database = engine.databaseOf(scope);
  let runs = 0;
  const evaluate = (): Promise<Counts> => evaluateRun(engine, scope, benchAudiences, runs++);
  const evaluateAlone = async (): Promise<Counts> => {
    const counts: number[] = [];
    for (const audience of benchAudiences) counts.push(...(await evaluateRun(engine, scope, [audience], runs++)));
    return counts;
  };
  const together = await countTogether(client, database);
  const firstMs = await timed(async () => assertEqual('batch run', await evaluate(), together));
  assertEqual('one query per audience', await countEach(client, database), together);
  assertEqual('one run per audience', await evaluateAlone(), together);

  const hand = await inTurn(evaluate, () => countTogether(client, database), 7);
  const each = await inTurn(() => countEach(client, database), evaluate, 3);
  const alone = await inTurn(evaluateAlone, evaluate, 3);
  const firstRatio = firstMs / hand.theirs;
  return [
    {
      name: '50 audiences: batch run / one-pass SQL by hand',
      ratio: hand.ratio,
      measure: 'time',
      bar: '≤ 1.3',
      isMet: hand.ratio <= 1.3,
      detail: `${seconds(hand.ours)} / ${seconds(hand.theirs)}`,
    },
    {
      name: '50 audiences: one run per audience / batch run',
      ratio: alone.ratio,
      measure: 'time',
      bar: '≥ 10',
      isMet: alone.ratio >= 10,
      detail: `${seconds(alone.ours)} / ${seconds(alone.theirs)}`,
    },
    {
      name: '50 audiences: one query per audience by hand, only counted / batch run',
      ratio: each.ratio,
      measure: 'time',
      bar: '≥ 10',
      isMet: each.ratio >= 10,
      detail: `${seconds(each.ours)} / ${seconds(each.theirs)}`,
    },
    {
      name: '50 audiences: first run, which logs every member / one-pass SQL by hand',
      ratio: firstRatio,
      measure: 'time',
      bar: 'none',
      isMet: true,
      detail: `${seconds(firstMs)} / ${seconds(hand.theirs)}, ${together.reduce((sum, count) => sum + count, 0)} entries logged`,
    },
  ];
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1e3).toFixed(2)} s`;

/** What the evaluation of a job does, from text to counts. Rules mean one moment, yet each run is stored as later. */
async function evaluateRun(
  { store }: OpenEngine,
  scope: Scope,
  evaluated: readonly BenchAudience[],
  run: number,
): Promise<Counts> {
  const audiences = evaluated.map(({ id, pql }): BatchAudience => {
    const { checked, diagnostics } = analyzeExpression(pql, builtInSchema, { expect: 'condition', regex: re2Engine });
    if (checked === null) throw new Error(`does not check: ${pql}: ${diagnostics.map(({ message }) => message)}`);
    return { audienceId: id, expression: checked };
  });
  const plan = renderScans(planBatch(audiences, asOf), await store.layout(scope));
  const { counts } = await store.runBatch(
    scope,
    { runId: `bench run ${run}`, asOf: epochMs(asOf + run), plan },
    { signal: new AbortController().signal, onProgress: () => undefined },
  );
  return counts.map(({ total }) => total);
}

function assertEqual(name: string, actual: Counts, expected: Counts): void {
  for (const [index, { id, pql }] of benchAudiences.entries()) {
    if (actual[index] === expected[index]) continue;
    throw new Error(`${name}: ${id} has ${actual[index]} members, by hand ${expected[index]}: ${pql}`);
  }
}
