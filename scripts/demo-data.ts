/** People and their visits to a shop, made up from a seed: the same seed gives the same lines. XDM documents as JSONL. */

/** How much to make up. */
export interface DemoSize {
  readonly seed: number;
  readonly people: number;
  readonly events: number;
}

/** `now` of the demo: every event lies in the year before. */
export const demoAsOf = Date.UTC(2025, 6, 1);

const millisecondsPerDay = 86_400_000;

/** A source of numbers from 0 up to, not including, 1. Mulberry32: 32 bits of state, good enough to make up data. */
type Chance = () => number;

function chanceFrom(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the values, the first ones more often than the last. */
function pick<Value>(chance: Chance, values: readonly [Value, ...Value[]]): Value {
  return values[Math.floor(chance() ** 2 * values.length)] ?? values[0];
}

const countries = ['US', 'DE', 'GB', 'FR', 'ES', 'IT', 'NL', 'JP', 'CA', 'BR', 'IN', 'AU'] as const;
const tiers = ['bronze', 'silver', 'gold', 'platinum'] as const;
const firstNames = [
  'Ada',
  'Ben',
  'Chloé',
  'David',
  'Emma',
  'Farid',
  'Grace',
  'Hugo',
  'Ines',
  'Jun',
  'Kofi',
  'Lena',
] as const;
const lastNames = [
  'Müller',
  'Smith',
  'García',
  'Rossi',
  'Tanaka',
  'Silva',
  'Nguyen',
  'Dubois',
  'Kowalski',
  'Okafor',
] as const;
const products = Array.from({ length: 500 }, (_, index) => ({
  SKU: `SKU-${String(index + 1).padStart(4, '0')}`,
  name: `${['Desk lamp', 'Tea pot', 'Notebook', 'Backpack', 'Headphones'][index % 5] ?? 'Thing'} ${index + 1}`,
  price: 5 + ((index * 37) % 190),
}));

function customerId(number: number): string {
  return `C${String(number).padStart(7, '0')}`;
}

function identityMap(id: string): object {
  return { customerId: [{ id, primary: true }] };
}

/** One line for each person. */
export function* demoProfiles({ seed, people }: DemoSize): Iterable<string> {
  const chance = chanceFrom(seed);
  for (let number = 1; number <= people; number++) {
    const id = customerId(number);
    const firstName = pick(chance, firstNames);
    const joined = demoAsOf - Math.floor(chance() * 1_500) * millisecondsPerDay;
    yield `${JSON.stringify({
      identityMap: identityMap(id),
      person: { name: { firstName, lastName: pick(chance, lastNames) }, birthYear: 1940 + Math.floor(chance() * 66) },
      homeAddress: { country: pick(chance, countries) },
      personalEmail: { address: `${id.toLowerCase()}@example.com` },
      loyalty: {
        tier: pick(chance, tiers),
        points: Math.floor(chance() ** 3 * 10_000),
        joinDate: new Date(joined).toISOString(),
      },
      consents: { marketing: { email: { val: chance() < 0.7 ? 'y' : 'n' } } },
    })}\n`;
  }
}

const eventTypes = [
  'web.webpagedetails.pageViews',
  'commerce.productViews',
  'commerce.productListAdds',
  'commerce.checkouts',
  'commerce.purchases',
] as const;

/** One line for each event. Some people do a lot, most do little. */
export function* demoEvents({ seed, people, events }: DemoSize): Iterable<string> {
  const chance = chanceFrom(seed + 1);
  for (let number = 1; number <= events; number++) {
    const id = customerId(1 + Math.floor(chance() ** 1.7 * people));
    const eventType = pick(chance, eventTypes);
    const age = Math.floor(chance() ** 1.5 * 365 * millisecondsPerDay);
    const event = {
      _id: `E${number}`,
      timestamp: new Date(demoAsOf - 1 - age).toISOString(),
      eventType,
      identityMap: identityMap(id),
      web: { webPageDetails: { name: pick(chance, ['home', 'category', 'product', 'cart', 'checkout']) } },
    };
    yield `${JSON.stringify(eventType.startsWith('commerce.') ? { ...event, ...shopping(chance, eventType) } : event)}\n`;
  }
}

/** What was looked at, put into the cart, or bought. */
function shopping(chance: Chance, eventType: string): object {
  const count = eventType === 'commerce.purchases' ? 1 + Math.floor(chance() * 4) : 1;
  const productListItems = Array.from({ length: count }, () => {
    const { SKU, name, price } = products[Math.floor(chance() ** 2 * products.length)] ?? {
      SKU: '',
      name: '',
      price: 0,
    };
    const quantity = 1 + Math.floor(chance() ** 3 * 5);
    return { SKU, name, quantity, priceTotal: price * quantity };
  });
  if (eventType !== 'commerce.purchases') return { productListItems };
  const priceTotal = productListItems.reduce((total, item) => total + item.priceTotal, 0);
  return { productListItems, commerce: { purchases: { value: 1 }, order: { priceTotal, currencyCode: 'USD' } } };
}
