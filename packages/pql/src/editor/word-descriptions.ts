/** What keywords, units and symbols mean, in a line. */
import { functionRegistry } from '../functions/registry.ts';
import { timeUnits } from '../syntax/ast.ts';

const whereDescription = 'Brings the condition on the items; in a step of a chain, a further one on its events.';

/** The meaning of a keyword, by its usual spelling. */
export const keywordDescriptions: Readonly<Record<string, string>> = {
  and: 'True when both sides are. After `between` it joins the two ends.',
  or: 'True when one side is, or both.',
  not: 'True when what follows is not.',
  in: 'True when the left side is one of the list on the right. In a `let` it brings the expression that uses the name.',
  notIn: 'True when the left side is present, the list is not empty, and the left side is not in it.',
  like: 'True when the whole text fits the pattern: `%` is any run of characters, `_` exactly one.',
  matches: 'True when some part of the text matches the RE2 pattern.',
  occurs: 'A test of a timestamp against a point or an interval of time.',
  select: 'The items of an array for which a condition holds: `select E from xEvent where E.eventType = "buy"`.',
  exists: 'Whether an array has an item for which a condition holds: `exists E from xEvent where E.eventType = "buy"`.',
  forall: 'Whether a condition fails for no item of an array: `forall E from xEvent where E.eventType = "view"`.',
  sum: 'The sum of a value over the items of an array: `sum E.points over E from xEvent`.',
  average: 'The mean of a value over the items of an array: `average E.points over E from xEvent`.',
  min: 'The least value over the items of an array: `min E.points over E from xEvent`.',
  max: 'The greatest value over the items of an array: `max E.points over E from xEvent`.',
  over: 'Brings the variables of an aggregate.',
  from: 'Brings the array of a variable; in a time rule, a distance on either side of the reference.',
  where: whereDescription,
  let: 'Gives a value a name: `let N = person.name in N.firstName = "Ann"`.',
  before: 'Earlier than the reference.',
  after: 'Later than the reference.',
  between: 'From one reference to another, both included.',
  on: 'Inside the interval of the reference.',
  now: 'The instant of the evaluation.',
  today: 'The UTC day of the evaluation.',
  yesterday: 'The UTC day before today.',
  tomorrow: 'The UTC day after today.',
  this: 'Before a unit: the calendar unit now lies in. Elsewhere: the current item.',
  last: 'The calendar unit before the one now lies in.',
  next: 'The calendar unit after the one now lies in.',
  profile: 'The profile itself.',
  true: 'The boolean true.',
  false: 'The boolean false.',
  null: 'No value.',
  WHAT: 'The condition on the events of a step.',
  WHERE: whereDescription,
  WHEN: 'A time rule for the events of a step.',
  COUNT: 'How many events a step takes, at least.',
};

const keywordsByWord: ReadonlyMap<string, string> = new Map(
  Object.entries(keywordDescriptions).map(([word, description]) => [word.toLowerCase(), description]),
);

/** The meaning of a word that is a keyword in any case; null for others. */
export function describeKeyword(word: string): string | null {
  return keywordsByWord.get(word.toLowerCase()) ?? null;
}

/** The meaning of an operator symbol; null for symbols that are none. */
export function describeSymbol(symbol: string): string | null {
  const record = functionRegistry.get(symbol);
  return record?.form === 'operator' ? record.doc : symbol === '!' ? (keywordDescriptions['not'] ?? null) : null;
}

const irregularPlurals: ReadonlyMap<string, string> = new Map([
  ['century', 'centuries'],
  ['millennium', 'millennia'],
]);

/** Units in the singular and the plural, in order of length. */
export const unitNames: readonly { readonly singular: string; readonly plural: string }[] = timeUnits.map((unit) => ({
  singular: unit,
  plural: irregularPlurals.get(unit) ?? `${unit}s`,
}));

/** The meaning of a unit of time, in either number; null for other words. */
export function describeUnit(word: string): string | null {
  const name = word.toLowerCase();
  const unit = unitNames.find(
    ({ singular, plural }) => name === singular || name === plural || name === `${singular}s`,
  );
  if (unit === undefined) return null;
  return unit.singular === 'week' ? 'A unit of time: a week begins on Monday.' : `A unit of time: UTC ${unit.plural}.`;
}
