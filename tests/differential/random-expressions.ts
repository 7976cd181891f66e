/** Random well-typed expressions over the fields of `random-world.ts`, as text. */
import fc from 'fast-check';

/** Where paths can start: a kind of object, and what to write in front of its members. */
interface Place {
  readonly kind: 'profile' | 'event' | 'item' | 'option';
  readonly prefix: string;
}

/** The places in sight, the nearest first, and how much nesting is left. */
interface Sight {
  readonly places: readonly Place[];
  readonly depth: number;
  /** Variables so far, so that each has a name of its own. */
  readonly variables: number;
  /** Filters around: bare names start at their item. */
  readonly filters: number;
}

const fields = {
  string: {
    profile: ['person.name.firstName', 'homeAddress.country', 'homeAddress.city', 'loyalty.tier'],
    event: ['eventType', 'web.webPageDetails.name', 'commerce.order.currencyCode'],
    item: ['SKU', 'name'],
    option: ['attribute', 'value'],
  },
  number: {
    profile: ['person.birthYear', 'loyalty.points'],
    event: ['commerce.order.priceTotal', 'commerce.purchases.value'],
    item: ['quantity', 'priceTotal'],
    option: [],
  },
  boolean: {
    profile: ['testProfile', 'homeAddress.primary'],
    event: ['web.webPageDetails.isHomePage'],
    item: [],
    option: [],
  },
  timestamp: {
    profile: ['person.birthDate', 'loyalty.joinDate'],
    event: ['timestamp', 'commerce.order.createdDate'],
    item: [],
    option: [],
  },
  object: {
    profile: ['homeAddress', 'loyalty', 'person.name'],
    event: ['commerce.order', 'web', 'commerce'],
    item: [],
    option: [],
  },
  array: {
    profile: ['organizations', 'xEvent', 'loyalty.loyaltyID'],
    event: ['productListItems'],
    item: ['selectedOptions'],
    option: [],
  },
} as const satisfies Record<string, Record<Place['kind'], readonly string[]>>;

type FieldType = keyof typeof fields;

const oneOf = <Value>(...values: readonly Value[]): fc.Arbitrary<Value> => fc.constantFrom(...values);

/** Texts that the worlds hold, and some that they do not. */
export const textPool = [
  '',
  'a',
  'A',
  'Ab',
  'aB',
  'abc',
  'é',
  'É',
  '😀x',
  "o'k",
  'x\\y',
  'q"q',
  '50%',
  'u_v',
  'DE',
  'US',
] as const;
/** Numbers whose sums and products are exact. */
export const numberPool = [-2, -1, -0.5, 0, 0.25, 1, 2, 3, 10, 1985, 2000] as const;

function literal(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const stringLiteral = oneOf(...textPool).map(literal);
const numberLiteral = oneOf(...numberPool).map((number) => (number < 0 ? `(${number})` : String(number)));
const comparison = oneOf('=', '!=', '<', '<=', '>', '>=');

/** A path to a field of a type, from some place in sight; null when none has one. */
function path(type: FieldType, sight: Sight): fc.Arbitrary<string> | null {
  const paths = sight.places.flatMap(({ kind, prefix }) => fields[type][kind].map((field) => prefix + field));
  return paths.length === 0 ? null : oneOf(...paths);
}

function orElse(arbitrary: fc.Arbitrary<string> | null, otherwise: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return arbitrary === null ? otherwise : fc.oneof({ arbitrary, weight: 4 }, otherwise);
}

function deeper(sight: Sight): Sight {
  return { ...sight, depth: sight.depth - 1 };
}

function number(sight: Sight): fc.Arbitrary<string> {
  const simple = orElse(path('number', sight), numberLiteral);
  if (sight.depth <= 0) return simple;
  const inner = deeper(sight);
  return fc.oneof(
    { arbitrary: simple, weight: 5 },
    fc.tuple(number(inner), oneOf('+', '-', '*', '/', '%'), number(inner)).map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(condition(inner), number(inner), number(inner)).map(([c, a, b]) => `if(${c}, ${a}, ${b})`),
    aggregate(inner),
    orElse(path('timestamp', sight), oneOf('date(2024, 2, 29)')).chain((time) =>
      oneOf('getMonth', 'getYear', 'getDayOfMonth').map((part) => `${time}.${part}()`),
    ),
    oneOf('currentMonth()', 'currentYear()', 'currentDayOfMonth()'),
  );
}

function string(sight: Sight): fc.Arbitrary<string> {
  return orElse(path('string', sight), stringLiteral);
}

/** Aggregates over events, or over the items of an event in sight. */
function aggregate(sight: Sight): fc.Arbitrary<string> {
  return array(sight).chain(({ text, place, isFilterable }) => {
    const count = fc.constant(`${text}.count()`);
    if (!isFilterable) return count;
    const inside: Sight = { ...sight, places: [{ ...place, prefix: '' }], filters: sight.filters + 1 };
    const counted = condition(inside).map((c) => `${text}[${c}].count()`);
    const summed = fc
      .tuple(oneOf('sum', 'average', 'min', 'max'), number({ ...inside, depth: 0 }), condition(inside), fc.boolean())
      .map(([method, value, c, filtered]) => `${text}${filtered ? `[${c}]` : ''}.${method}(${value})`);
    return fc.oneof(count, counted, summed);
  });
}

/** The first items of an array by some field, or as they are. */
function sliceOf(text: string, kind: Place['kind']): fc.Arbitrary<string> {
  const by = [...fields.string[kind], ...fields.number[kind], ...fields.timestamp[kind]];
  return fc
    .tuple(oneOf('topN', 'bottomN'), oneOf(...by), oneOf('0', '1', '2'))
    .map(([method, field, count]) => `${text}.${method}(${field}, ${count})`);
}

/** Questions about groups, first items and maps. */
function groupCondition(text: string, { kind }: Place, sight: Sight): fc.Arbitrary<string> {
  const key = oneOf(...fields.string[kind], ...fields.number[kind]);
  const inside: Sight = { ...deeper(sight), places: [{ kind, prefix: '' }], filters: sight.filters + 1 };
  const group = fc.oneof(
    fc.tuple(comparison, oneOf('1', '2')).map(([operator, bound]) => `G.count() ${operator} ${bound}`),
    condition({ ...inside, depth: 0 }).map((c) => `G.exists(${c})`),
    stringLiteral.map((value) => `K = ${value}`),
  );
  const grouped = fc.tuple(oneOf(...fields.string[kind]), group, oneOf('exists', 'filter'));
  return fc.oneof(
    grouped.map(([field, test, method]) => `${text}.groupBy(${field}).${method}((K, G) => ${test})`),
    fc
      .tuple(key, comparison, oneOf('0', '1', '2'))
      .map(([field, operator, bound]) => `${text}.groupBy(${field}).count() ${operator} ${bound}`),
    fc
      .tuple(oneOf(...fields.string[kind]), comparison, stringLiteral)
      .map(([field, operator, value]) => `${text}.head().${field} ${operator} ${value}`),
  );
}

/** Questions about the map of identities. */
function identityTest({ filters }: Sight): fc.Arbitrary<string> {
  const map = filters === 0 ? 'identityMap' : `${'^'.repeat(filters)}.identityMap`;
  return fc.oneof(
    fc.tuple(stringLiteral, comparison, stringLiteral).map(([k, o, v]) => `${map}.get(${k}).id ${o} ${v}`),
    fc.tuple(stringLiteral, comparison, oneOf('0', '1')).map(([k, o, n]) => `${map}.get(${k}).count() ${o} ${n}`),
    stringLiteral.map((key) => `${key} in ${map}.keys()`),
    stringLiteral.map((id) => `${map}.exists((K, V) => K != ${id} and V.id = ${id})`),
    oneOf('', '.isNull()', '.count() > 1').map((test) => map + test),
  );
}

interface ArrayText {
  readonly text: string;
  readonly place: Place;
  /** Whether its items are objects. */
  readonly isFilterable: boolean;
}

const itemKinds: Readonly<Record<string, Place['kind']>> = {
  xEvent: 'event',
  productListItems: 'item',
  selectedOptions: 'option',
};

function array(sight: Sight): fc.Arbitrary<ArrayText> {
  const paths =
    path('array', sight) ?? fc.constant(`${'^'.repeat(sight.filters)}${sight.filters > 0 ? '.' : ''}xEvent`);
  return paths.chain((text) => {
    const kind = itemKinds[text.slice(text.lastIndexOf('.') + 1)];
    const place: Place = { kind: kind ?? 'option', prefix: '' };
    const whole = fc.constant(text);
    const some = kind === undefined ? whole : fc.oneof({ arbitrary: whole, weight: 5 }, sliceOf(text, kind));
    return some.map((array) => ({ text: array, place, isFilterable: kind !== undefined }));
  });
}

const units = oneOf('hour', 'hours', 'day', 'days', 'week', 'month', 'months', 'year', 'minutes');
const timeReference = oneOf(
  ...['now', 'today', 'yesterday', 'tomorrow', 'date(2024, 2, 29)', 'date(2023, 2, 29)', 'last month'],
  ...['this week', 'last week', 'next day', 'this year', 'last year', 'this month', 'this hour', 'last decade'],
);

function occurs(sight: Sight): fc.Arbitrary<string> {
  const subject = path('timestamp', sight) ?? fc.constant('date(2024, 2, 29)');
  const reference = orElse(path('timestamp', sight), timeReference);
  const distance = fc
    .tuple(comparison, fc.integer({ min: 0, max: 40 }), units, oneOf('before', 'after', 'from'), reference)
    .map(([operator, amount, unit, direction, ref]) => `${operator} ${amount} ${unit} ${direction} ${ref}`);
  const side = fc.tuple(oneOf('before', 'after', 'on'), reference).map(([direction, ref]) => `${direction} ${ref}`);
  const between = fc.tuple(reference, reference).map(([from, to]) => `between ${from} and ${to}`);
  return fc
    .tuple(subject, fc.oneof(distance, distance, side, between))
    .map(([time, form]) => `(${time} occurs ${form})`);
}

const caseSwitch = oneOf('', ', true', ', false');
const stringMethods = oneOf(
  ...['startsWith', 'endsWith', 'contains', 'equals', 'notEqualTo'],
  ...['doesNotStartWith', 'doesNotEndWith', 'doesNotContain'],
);

function stringTest(sight: Sight): fc.Arbitrary<string> {
  const subject = path('string', sight) ?? stringLiteral;
  return fc.oneof(
    fc.tuple(string(sight), comparison, string(sight)).map(([a, operator, b]) => `${a} ${operator} ${b}`),
    fc
      .tuple(subject, stringMethods, string(sight), caseSwitch)
      .map(([a, method, b, fold]) => `${a}.${method}(${b}${fold})`),
    fc
      .tuple(subject, oneOf('%', 'a%', '%b', '_', '%_B%', '50%', '😀_', '\\%'))
      .map(([a, p]) => `${a} like ${literal(p)}`),
    fc.tuple(subject, oneOf('^a', 'b$', '(?i)ab', '.', 'x.y', '^$')).map(([a, p]) => `${a}.matches(${literal(p)})`),
    fc
      .tuple(subject, oneOf('in', 'notIn'), fc.array(stringLiteral, { maxLength: 3 }))
      .map(([a, operator, list]) => `${a} ${operator} [${list.join(', ')}]`),
  );
}

function simpleCondition(sight: Sight): fc.Arbitrary<string> {
  const numberTest = fc
    .tuple(number(sight), comparison, number(sight))
    .map(([a, operator, b]) => `${a} ${operator} ${b}`);
  const numberList = fc
    .tuple(number({ ...sight, depth: 0 }), oneOf('in', 'notIn'), fc.array(numberLiteral, { maxLength: 3 }))
    .map(([a, operator, list]) => `${a} ${operator} [${list.join(', ')}]`);
  const anyPath = (['string', 'number', 'boolean', 'timestamp', 'object', 'array'] as const)
    .map((type) => path(type, sight))
    .filter((arbitrary) => arbitrary !== null);
  const present = fc
    .tuple(fc.oneof(...anyPath), oneOf('', '.isNull()', '.isNotNull()'))
    .map(([text, test]) => text + test);
  return fc.oneof(stringTest(sight), numberTest, numberList, present, occurs(sight));
}

/** Tests of an array of strings as a set. */
function setTest(array: string): fc.Arbitrary<string> {
  const other = fc.oneof(
    fc.array(stringLiteral, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc.constant(array),
  );
  const whole = fc
    .tuple(oneOf('intersects', 'subsetOf', 'supersetOf'), other)
    .map(([method, set]) => `${array}.${method}(${set})`);
  const counted = fc
    .tuple(oneOf('', '.distinct()'), other, comparison, oneOf('0', '1', '2'))
    .map(([distinct, set, operator, bound]) => `${array}.intersection(${set})${distinct}.count() ${operator} ${bound}`);
  return fc.oneof(whole, counted);
}

/** Quantifiers, selects and dotted paths over arrays. */
function arrayCondition(sight: Sight): fc.Arbitrary<string> {
  return array(sight).chain(({ text, place, isFilterable }) => {
    if (!isFilterable) {
      return fc.oneof(
        fc.tuple(stringLiteral, oneOf('in', 'notIn')).map(([value, operator]) => `${value} ${operator} ${text}`),
        fc.tuple(comparison, stringLiteral).map(([operator, value]) => `${text} ${operator} ${value}`),
        setTest(text),
      );
    }
    const name = `V${sight.variables}`;
    const inside: Sight = {
      ...deeper(sight),
      places: [{ ...place, prefix: `${name}.` }, ...sight.places],
      variables: sight.variables + 1,
    };
    const filterSight: Sight = { ...deeper(sight), places: [{ ...place, prefix: '' }], filters: sight.filters + 1 };
    const flat = fields.string[place.kind].map((field) => `${text}.${field}`);
    return fc.oneof(
      groupCondition(text, place, sight),
      fc
        .tuple(oneOf('exists', 'forall', 'select'), condition(inside))
        .map(([q, c]) => `(${q} ${name} from ${text} where ${c})`),
      condition(filterSight).map((c) => `${text}[${c}]`),
      condition(filterSight).map((c) => `${text}.exists(${c})`),
      fc.tuple(oneOf(...flat), comparison, stringLiteral).map(([a, operator, b]) => `${a} ${operator} ${b}`),
      fc
        .tuple(
          oneOf('sum', 'average', 'min', 'max'),
          number({ ...inside, depth: 0 }),
          condition(inside),
          comparison,
          numberLiteral,
        )
        .map(
          ([f, value, c, operator, bound]) =>
            `(${f} ${value} over ${name} from ${text} where ${c}) ${operator} ${bound}`,
        ),
    );
  });
}

/** A sequence of two or three steps over the events of the profile. */
function chain(sight: Sight): fc.Arbitrary<string> {
  const events = `${'^'.repeat(sight.filters)}${sight.filters > 0 ? '.' : ''}xEvent`;
  const inside: Sight = { ...sight, places: [{ kind: 'event', prefix: '' }], depth: 0, filters: sight.filters + 1 };
  const step = fc.tuple(condition(inside), oneOf('', ' COUNT(2)', ' WHEN(<= 30 days before now)'));
  return fc.array(step, { minLength: 1, maxLength: 3 }).map((steps) => {
    const texts = steps.map(([what, clause], index) => `S${index}: WHAT(${what})${clause}`);
    return `chain(${events}, timestamp, [${texts.join(', ')}])`;
  });
}

/** A condition on what is in sight. */
function condition(sight: Sight): fc.Arbitrary<string> {
  if (sight.depth <= 0) return simpleCondition({ ...sight, depth: 0 });
  const inner = deeper(sight);
  return fc.oneof(
    { arbitrary: simpleCondition(sight), weight: 4 },
    { arbitrary: arrayCondition(sight), weight: 4 },
    fc
      .tuple(condition(inner), oneOf('and', 'or'), condition(inner))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    condition(inner).map((c) => `not (${c})`),
    oneOf('inSegment("evens")', 'inSegment("nobody")'),
    identityTest(sight),
    chain(inner),
  );
}

/** A condition on a profile and its events, up to `depth` levels deep. */
export function randomExpression(depth: number): fc.Arbitrary<string> {
  return condition({ places: [{ kind: 'profile', prefix: '' }], depth, variables: 0, filters: 0 });
}
