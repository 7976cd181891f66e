/** Random worlds and expressions, evaluated by closures and by SQL; the answers must be equal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, builtInSchema, renderDiagnostics } from '@muster/pql';
import { type DataStore, openEmbeddedDataStore } from '@muster/store';
import fc from 'fast-check';
import {
  decodeWorld,
  membersByClosures,
  type NamedCondition,
  storeWorld,
  type WorldAudiences,
} from '../backends/world.ts';
import { randomExpression } from './random-expressions.ts';
import { randomWorld, worldAsOf } from './random-world.ts';

/** How much to compare. `seed` makes a run repeatable. */
export interface ComparisonSize {
  readonly seed: number;
  readonly worlds: number;
  readonly peoplePerWorld: number;
  readonly expressionsPerWorld: number;
}

/** An expression that the back ends do not agree on. */
export interface Disagreement {
  readonly pql: string;
  readonly seed: number;
  readonly onlyClosures: readonly string[];
  readonly onlySql: readonly string[];
  /** The person that shows it, as imported. */
  readonly example: unknown;
}

/** What a comparison found. */
export interface Comparison {
  /** Shortest expressions first; empty when all is well. */
  readonly disagreements: readonly Disagreement[];
  /** Pairs of an expression and a person that were compared. */
  readonly cases: number;
}

/** Compares the back ends on random worlds. */
export async function compareBackEnds(size: ComparisonSize): Promise<Comparison> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-differential-'));
  const data = await openEmbeddedDataStore({ folder });
  try {
    const disagreements: Disagreement[] = [];
    let cases = 0;
    for (let world = 0; world < size.worlds; world++) {
      const compared = await compareWorld(data, { ...size, seed: size.seed + world });
      disagreements.push(...compared.disagreements);
      cases += compared.cases;
    }
    return { disagreements: disagreements.sort((a, b) => a.pql.length - b.pql.length), cases };
  } finally {
    await data.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareWorld(data: DataStore, size: ComparisonSize): Promise<Comparison> {
  const { seed } = size;
  const [people = []] = fc.sample(randomWorld(size.peoplePerWorld), { seed, numRuns: 1 });
  const keyed = people.map((person, index) => ({ key: `p${index}`, ...person }));
  const decoded = decodeWorld(keyed, builtInSchema);
  const audiences: WorldAudiences = { evens: decoded.filter((_, index) => index % 2 === 0).map(({ key }) => key) };
  const conditions = sampleConditions(size);
  const context = { asOf: worldAsOf, audiences };
  const byClosures = membersByClosures(decoded, conditions, context);
  const stored = await storeWorld(data, decoded, builtInSchema);
  await stored.members([audienceOf('evens', audiences['evens'] ?? [])], worldAsOf);
  const bySql = await stored.members(conditions, worldAsOf);
  await stored.drop();
  const disagreements = conditions.flatMap(({ name }): readonly Disagreement[] => {
    const closures = byClosures.get(name) ?? [];
    const sql = bySql.get(name) ?? [];
    const onlyClosures = closures.filter((key) => !sql.includes(key));
    const onlySql = sql.filter((key) => !closures.includes(key));
    const example = keyed.find(({ key }) => key === (onlyClosures[0] ?? onlySql[0]));
    return example === undefined ? [] : [{ pql: name, seed, onlyClosures, onlySql, example }];
  });
  return { disagreements, cases: conditions.length * keyed.length };
}

/** Checked random conditions, each text once. A text that does not check is a bug of the generator or the checker. */
function sampleConditions({ seed, expressionsPerWorld }: ComparisonSize): readonly NamedCondition[] {
  const texts = [1, 2, 3].flatMap((depth) =>
    fc.sample(randomExpression(depth), { seed: seed * 7 + depth, numRuns: Math.ceil(expressionsPerWorld / 3) }),
  );
  return [...new Set(texts)].map((text) => ({ name: text, checked: check(text) }));
}

function audienceOf(name: string, keys: readonly string[]): NamedCondition {
  return { name, checked: check(`_id in [${keys.map((key) => `"${key}"`).join(', ')}]`) };
}

function check(text: string): NamedCondition['checked'] {
  const { checked, diagnostics } = analyzeExpression(text, builtInSchema, { expect: 'condition', regex: re2Engine });
  if (checked === null)
    throw new Error(`a generated expression does not check:\n${renderDiagnostics(text, diagnostics)}`);
  return checked;
}
