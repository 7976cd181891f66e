/** Closures against hand-written JavaScript and against an expression language that people would use instead. */
import { Environment } from '@marcbachmann/cel-js';
import { re2Engine } from '@muster/evaluation';
import { analyzeExpression, builtInSchema, compileClosure, decodeDocument, type PqlObject } from '@muster/pql';
import { inTurn, type Row } from './measure.ts';

const asOf = Date.UTC(2025, 6, 1);
const day = 86_400_000;
const since = asOf - 90 * day;

interface Event {
  readonly eventType: string;
  readonly timestamp: number;
}

interface Person {
  readonly homeAddress: { readonly country: string };
  readonly loyalty: { readonly points: number };
  readonly person: { readonly name: { readonly firstName: string } };
  readonly xEvent: readonly Event[];
}

/** A thousand people with twenty events each. */
const people: readonly Person[] = Array.from({ length: 1_000 }, (_, index) => ({
  homeAddress: { country: ['DE', 'US', 'FR'][index % 3] ?? 'DE' },
  loyalty: { points: (index * 7) % 300 },
  person: { name: { firstName: ['Ada', 'Ben', 'Anna', 'Chloé'][index % 4] ?? 'Ada' } },
  xEvent: Array.from({ length: 20 }, (_event, number) => ({
    eventType: ['commerce.purchases', 'commerce.productViews'][(index + number) % 2] ?? '',
    timestamp: asOf - ((index * 13 + number * 11) % 200) * day,
  })),
}));

const decoded: readonly PqlObject[] = people.map(({ xEvent, ...attributes }) => ({
  ...decodeDocument(builtInSchema.profile, attributes).document,
  xEvent: xEvent.map((event) => decodeDocument(builtInSchema.event, event).document),
}));

interface Predicate {
  readonly name: string;
  readonly pql: string;
  readonly cel: string;
  readonly byHand: (person: Person) => boolean;
  readonly passes: number;
}

const predicates: readonly Predicate[] = [
  {
    name: 'profile predicate',
    pql: 'homeAddress.country = "DE" and loyalty.points > 100 and person.name.firstName.startsWith("A")',
    cel: 'p.homeAddress.country == "DE" && p.loyalty.points > 100.0 && p.person.name.firstName.startsWith("A")',
    byHand: ({ homeAddress, loyalty, person }) =>
      homeAddress?.country === 'DE' && loyalty?.points > 100 && person?.name?.firstName?.startsWith('A'),
    passes: 200,
  },
  {
    name: 'event count predicate',
    pql: 'xEvent[eventType = "commerce.purchases" and timestamp occurs <= 90 days before now].count() >= 3',
    cel: `p.xEvent.filter(e, e.eventType == "commerce.purchases" && e.timestamp >= ${since}.0 && e.timestamp <= ${asOf}.0).size() >= 3`,
    byHand: ({ xEvent }) => {
      let count = 0;
      for (const { eventType, timestamp } of xEvent) {
        if (eventType === 'commerce.purchases' && timestamp >= since && timestamp <= asOf) count++;
      }
      return count >= 3;
    },
    passes: 40,
  },
];

function compiled(pql: string): (profile: PqlObject) => unknown {
  const { checked } = analyzeExpression(pql, builtInSchema, { expect: 'condition' });
  if (checked === null) throw new Error(`does not check: ${pql}`);
  return compileClosure(checked, { asOf, regex: re2Engine });
}

function countTrue<Item>(items: readonly Item[], test: (item: Item) => unknown, passes: number): number {
  let count = 0;
  for (let pass = 0; pass < passes; pass++) for (const item of items) if (test(item) === true) count++;
  return count;
}

/** The rows of the closures. */
export async function benchClosures(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const predicate of predicates) rows.push(...(await benchPredicate(predicate)));
  rows.push(await benchAnalysis());
  return rows;
}

async function benchPredicate({ name, pql, cel, byHand, passes }: Predicate): Promise<readonly Row[]> {
  const closure = compiled(pql);
  const program = new Environment().registerVariable('p', 'map').parse(cel);
  const counts = [
    countTrue(decoded, closure, 1),
    countTrue(people, byHand, 1),
    countTrue(people, (p) => program({ p }), 1),
  ];
  if (new Set(counts).size !== 1) throw new Error(`the ${name}s disagree: ${counts.join(', ')}`);
  const hand = await inTurn(
    () => countTrue(decoded, closure, passes),
    () => countTrue(people, byHand, passes),
    9,
  );
  const celPasses = Math.max(1, Math.floor(passes / 20));
  const other = await inTurn(
    () => countTrue(people, (p) => program({ p }), celPasses),
    () => countTrue(decoded, closure, celPasses),
    9,
  );
  const nanoseconds = (milliseconds: number, times: number): string =>
    `${((milliseconds * 1e6) / (people.length * times)).toFixed(0)} ns`;
  return [
    {
      name: `${name}: closure / hand-written JavaScript`,
      ratio: hand.ratio,
      measure: 'time',
      bar: '≤ 3',
      isMet: hand.ratio <= 3,
      detail: `${nanoseconds(hand.ours, passes)} / ${nanoseconds(hand.theirs, passes)} a profile`,
    },
    {
      name: `${name}: cel-js / closure`,
      ratio: other.ratio,
      measure: 'time',
      bar: '≥ 10',
      isMet: other.ratio >= 10,
      detail: `${nanoseconds(other.ours, celPasses)} / ${nanoseconds(other.theirs, celPasses)} a profile`,
    },
  ];
}

/** Parse and check of a typical expression, against the same text's `JSON.parse` as a yardstick of the machine. */
async function benchAnalysis(): Promise<Row> {
  const [profilePredicate] = predicates;
  const text = `${profilePredicate?.pql ?? ''} and ${predicates[1]?.pql ?? ''}`;
  const quoted = JSON.stringify(text);
  const times = 2_000;
  const repeat = (work: () => unknown) => () => {
    for (let index = 0; index < times; index++) work();
  };
  const { ours, theirs, ratio } = await inTurn(
    repeat(() => analyzeExpression(text, builtInSchema)),
    repeat(() => JSON.parse(quoted)),
    7,
  );
  const microseconds = (ours * 1e3) / times;
  return {
    name: 'parse and check of two predicates / JSON.parse of the text',
    ratio,
    measure: 'time',
    bar: '< 100 µs',
    isMet: microseconds < 100,
    detail: `${microseconds.toFixed(1)} µs / ${((theirs * 1e3) / times).toFixed(2)} µs`,
  };
}
