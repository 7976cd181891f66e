import assert from 'node:assert/strict';
import test from 'node:test';
import { analyzeExpression } from '../analyze.ts';
import { builtInSchema } from '../types/built-in.ts';
import { decideEligibility } from './eligibility.ts';
import { factsOf } from './expression-facts.ts';

/** The decision as text: `eligible`, or the clause that decides and the reason. Only `plain` is profile-only. */
function decision(text: string): string {
  const { checked } = analyzeExpression(text, builtInSchema, { expect: 'condition' });
  assert.ok(checked !== null, text);
  const { batch, streaming, edge } = decideEligibility(factsOf(checked), { isProfileOnly: (id) => id === 'plain' });
  assert.equal(batch, true);
  assert.deepEqual(edge, streaming);
  if (streaming.eligible) return 'eligible';
  return `${text.slice(streaming.span.start, streaming.span.end)}: ${streaming.reason}`;
}

const viewToday = 'chain(xEvent, timestamp, [A: WHAT(eventType = "view") WHEN(today)])';
const buyInADay = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy") WHEN(<= 24 hours before now)])';
const buyInAWeek = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy") WHEN(< 8 days before now)])';
const buyEver = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy")])';
const germany = 'homeAddress.country.equals("DE")';

test('the published query types can be evaluated at once', () => {
  const cases: Readonly<Record<string, string>> = {
    'a single event in a relative window of at most 24 hours': buyInADay,
    'a single event today': viewToday,
    'attributes only': `${germany} and person.birthYear < 2000`,
    'a single event and attributes': `${buyInADay} and ${germany}`,
    'several events within 24 hours': `${buyInADay} and ${viewToday}`,
    'a sequence within 24 hours':
      'chain(xEvent, timestamp, [A: WHAT(eventType = "view") WHEN(today), B: WHAT(eventType = "buy") WHEN(<= 1 day before now)])',
    'several events and attributes': `${buyInADay} and ${viewToday} and ${germany}`,
    'an event and the absence of another': `${viewToday} and not ${buyInADay}`,
    'a segment of segments': 'inSegment("first") and not inSegment("second")',
    'audiences and attributes': `inSegment("first") and ${germany}`,
    'an event and a profile-only audience': `inSegment("plain") and ${buyInADay}`,
    'a frequency within 24 hours': 'xEvent[eventType = "buy" and timestamp occurs today].count() >= 3',
    'a quantifier': 'exists E from xEvent where E.eventType = "buy" and E.timestamp occurs < 12 hours before now',
  };
  for (const [name, text] of Object.entries(cases)) assert.equal(decision(text), 'eligible', name);
});

test('what needs a batch run is named with the clause that decides', () => {
  const absent = 'no event can make it true: all event conditions are on the absence of events';
  const cases: readonly (readonly [text: string, expected: string])[] = [
    [`${germany} and ${buyEver}`, `${buyEver}: the events have no time window before now or today`],
    [`${viewToday} and ${buyInAWeek}`, `${buyInAWeek}: the time window of the events is longer than 24 hours`],
    [`${viewToday} and not ${buyEver}`, `${buyEver}: the events have no time window before now or today`],
    [`not ${buyInADay}`, `${buyInADay}: ${absent}`],
    [`${germany} and not ${buyInADay}`, `${buyInADay}: ${absent}`],
    ['xEvent[timestamp occurs today].count() = 0', `xEvent[timestamp occurs today].count(): ${absent}`],
    ['xEvent[timestamp occurs today].count() < 2', `xEvent[timestamp occurs today].count(): ${absent}`],
    [
      'xEvent[timestamp occurs last hour].count() > 2',
      'xEvent[timestamp occurs last hour].count(): the time window of the events does not end now or today',
    ],
    [
      'xEvent[timestamp occurs after date(2024, 5, 1)].count() > 2',
      'xEvent[timestamp occurs after date(2024, 5, 1)].count(): the time window of the events is not relative to now or today',
    ],
    [
      `${buyInADay} and inSegment("plain") and inSegment("other")`,
      'inSegment("other"): events are combined with the audience `other`, which uses events itself',
    ],
    [
      `${germany} and person.birthDate.getMonth() = currentMonth()`,
      'person.birthDate.getMonth() = currentMonth(): a date is compared without its year',
    ],
    ['xEvent', 'xEvent: the events have no time window before now or today'],
  ];
  for (const [text, expected] of cases) assert.equal(decision(text), expected, text);
});
