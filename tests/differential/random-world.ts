/** Random profiles with events, from small pools so that conditions are true about as often as not. */
import fc from 'fast-check';
import { numberPool, textPool } from './random-expressions.ts';

/** `now` of all worlds: a leap day, so that months and years end unevenly. */
export const worldAsOf = Date.UTC(2024, 1, 29, 10, 30);

const hour = 3_600_000;
const day = 24 * hour;

/** Moments on and next to the bounds that expressions name. */
const moments = [
  ...[0, -1, 1, -hour, hour, -3 * hour, -day, day, -7 * day, -29 * day, -30 * day, -31 * day].map((d) => worldAsOf + d),
  ...[Date.UTC(2024, 1, 29), Date.UTC(2024, 1, 29) - 1, Date.UTC(2024, 2, 1), Date.UTC(2024, 2, 1) - 1],
  ...[Date.UTC(2024, 0, 1), Date.UTC(2023, 11, 31, 23, 59, 59, 999), Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 26)],
  ...[Date.UTC(2023, 1, 28), Date.UTC(2020, 1, 29), Date.UTC(2014, 5, 15), Date.UTC(1985, 6, 1)],
].map((moment) => new Date(moment).toISOString());

const text = fc.constantFrom(...textPool);
const amount = fc.constantFrom(...numberPool);
const whole = fc.constantFrom(...numberPool.filter((number) => Number.isInteger(number)));
const moment = fc.constantFrom(...moments);

/** A member that is there, missing or null. */
function perhaps<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null | undefined> {
  return fc.oneof({ arbitrary, weight: 3 }, fc.constant(null), fc.constant(undefined));
}

const item = fc.record({
  SKU: perhaps(text),
  name: perhaps(text),
  quantity: perhaps(whole),
  priceTotal: perhaps(amount),
  selectedOptions: perhaps(fc.array(fc.record({ attribute: perhaps(text), value: perhaps(text) }), { maxLength: 2 })),
});

const event = fc.record({
  timestamp: moment,
  eventType: perhaps(text),
  commerce: perhaps(
    fc.record({
      order: perhaps(
        fc.record({ priceTotal: perhaps(amount), currencyCode: perhaps(text), createdDate: perhaps(moment) }),
      ),
      purchases: perhaps(fc.record({ value: perhaps(amount) })),
    }),
  ),
  web: perhaps(
    fc.record({ webPageDetails: perhaps(fc.record({ name: perhaps(text), isHomePage: perhaps(fc.boolean()) })) }),
  ),
  productListItems: perhaps(fc.array(item, { maxLength: 3 })),
});

const profile = fc.record({
  person: perhaps(
    fc.record({
      name: perhaps(fc.record({ firstName: perhaps(text) })),
      birthYear: perhaps(whole),
      birthDate: perhaps(moment.map((time) => time.slice(0, 10))),
    }),
  ),
  homeAddress: perhaps(fc.record({ country: perhaps(text), city: perhaps(text), primary: perhaps(fc.boolean()) })),
  loyalty: perhaps(
    fc.record({
      tier: perhaps(text),
      points: perhaps(amount),
      joinDate: perhaps(moment),
      loyaltyID: perhaps(fc.array(text, { maxLength: 3 })),
    }),
  ),
  organizations: perhaps(fc.array(perhaps(text), { maxLength: 3 })),
  testProfile: perhaps(fc.boolean()),
  identityMap: perhaps(
    fc.dictionary(text, perhaps(fc.array(fc.record({ id: perhaps(text) }), { maxLength: 2 })), { maxKeys: 3 }),
  ),
});

/** A person: attributes and events as XDM documents, as they would be imported. */
export interface Person {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** A world of `size` people. */
export function randomWorld(size: number): fc.Arbitrary<readonly Person[]> {
  const person = fc.record({ attributes: profile, events: fc.array(event, { maxLength: 4 }) });
  return fc.array(person, { minLength: size, maxLength: size });
}
