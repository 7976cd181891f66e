/** Requests that no client should send, made from those that one could: for any operation of the description. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { InjectOptions } from 'fastify';
import { fillPath, isRecord, type Operation } from '../http/operations.ts';
import type { Ids } from './example-world.ts';
import { encodeBody, rowOf } from './operation-rows.ts';

/** Texts that have broken servers before. */
const knownTroublemakers = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  '2024-02-30T25:61:61Z',
  '-271821-04-20T00:00:00Z',
  'null',
  'true',
  '*',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "' or 1=1 --",
  '"; drop table audiences; --',
  '%s%n{0}',
  '\u0000',
  '\ud800',
  '\u202e\ufeff',
  '💥'.repeat(50),
  'x'.repeat(3_000),
  'a==b==c',
  '(((((((((((((((((((((((',
] as const;

const text = fc.oneof(
  { arbitrary: fc.constantFrom(...knownTroublemakers), weight: 3 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 40 }), weight: 1 },
  { arbitrary: fc.string({ maxLength: 40 }), weight: 1 },
  { arbitrary: fc.integer().map(String), weight: 1 },
);

const json: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, true, [], {}, [[]], [null], 0, -1, 1.5, 2 ** 53, 1e308, -0),
  fc.constant(Array.from({ length: 300 }, () => 'x')),
);

/** A change somewhere in a JSON value: which of its places, what to do there, and with what. */
interface Change {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'wrap' | 'add' | 'repeat';
  readonly name: string;
  readonly value: unknown;
}

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(40),
  kind: fc.constantFrom('replace', 'replace', 'remove', 'wrap', 'add', 'repeat'),
  name: text,
  value: json,
});

/** How many places a value has: itself and all that is in it. */
function countPlaces(value: unknown): number {
  const inside = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return 1 + inside.reduce<number>((sum, part) => sum + countPlaces(part), 0);
}

function changeHere(value: unknown, { kind, name, value: other }: Change): unknown {
  switch (kind) {
    case 'replace':
      return other;
    case 'remove':
      return undefined;
    case 'wrap':
      return [value];
    case 'add':
      return Array.isArray(value)
        ? [...value, other]
        : isRecord(value)
          ? { ...value, [name]: other }
          : { [name]: value };
    case 'repeat':
      return Array.isArray(value) ? [...value, ...value] : [value, value];
  }
}

/** The value with the change at its place. The places of a part come after the part itself. */
function applyChange(value: unknown, wanted: Change): unknown {
  let place = wanted.place % countPlaces(value);
  const visit = (part: unknown): unknown => {
    if (place-- === 0) return changeHere(part, wanted);
    if (Array.isArray(part)) return part.map(visit);
    if (isRecord(part)) return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, visit(inner)]));
    return part;
  };
  return visit(value);
}

/** Damage to the text of a body: from where, how much is cut out, what is put in. */
const damage = fc.record({
  at: fc.nat(400),
  length: fc.nat(30),
  inserted: fc.oneof(text, fc.constantFrom(',', '"', '{', '[', '}', '\\', '\\u0000', '\\ud800', '[['.repeat(300))),
});

const damaged = (body: string, { at, length, inserted }: { at: number; length: number; inserted: string }): string => {
  const start = at % (body.length + 1);
  return body.slice(0, start) + inserted + body.slice(start + length);
};

/** The bodies for an operation: examples, changed examples, damaged texts, and anything. */
function bodiesFor(operation: Operation): fc.Arbitrary<Pick<InjectOptions, 'payload' | 'headers'>> {
  const { body } = operation;
  if (body === null) return fc.constant({});
  assert.ok(body.examples.length > 0, `${operation.id} has no example`);
  const example = fc.constantFrom(...body.examples);
  const changed = fc
    .tuple(example, fc.array(change, { maxLength: 3 }))
    .map(([value, changes]) => changes.reduce(applyChange, value));
  const encoded = fc.oneof({ arbitrary: changed, weight: 4 }, { arbitrary: json, weight: 1 }).map((value) => {
    const { payload, headers = {} } = encodeBody(operation, value);
    return { headers, payload: typeof payload === 'string' ? payload : '' };
  });
  return fc.oneof(
    { arbitrary: encoded, weight: 4 },
    {
      arbitrary: fc
        .tuple(encoded, damage)
        .map(([{ payload, headers }, hurt]) => ({ headers, payload: damaged(payload, hurt) })),
      weight: 2,
    },
    { arbitrary: fc.uint8Array({ maxLength: 60 }).map((bytes) => ({ payload: Buffer.from(bytes) })), weight: 1 },
  );
}

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });

const headerNames = [
  'accept',
  'authorization',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'x-api-key',
  'x-gw-ims-org-id',
  'x-muster-as-of',
  'x-request-id',
  'x-sandbox-name',
] as const;

const strangeHeaders = fc.dictionary(
  fc.constantFrom(...headerNames),
  fc.oneof(printable, fc.constantFrom('', '*', 'application/json', '"1"', 'W/"1"', 'gzip', '2024-02-30T00:00:00Z')),
  { maxKeys: 2 },
);

/** A piece of a path that may be no id at all, or not even be encoded. */
const strangePiece = fc.oneof(
  text.map((piece) => encodeURIComponent(piece.toWellFormed()).replaceAll('.', '%2E')),
  fc.constantFrom('%', '%zz', '%c0%80', '%2e%2e%2f', '%00', '*', 'bulk-get', ';a=b'),
);

const strangeQuery = (operation: Operation): fc.Arbitrary<string> => {
  const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const name = fc.constantFrom('start', 'limit', 'sort', 'property', '__proto__', 'a[b]', ...names);
  const pair = fc.tuple(name, text).map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`);
  return fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join('&'));
};

/** A request that is wrong somewhere, without the ids of the resources that it is about. */
export interface MalformedRequest {
  readonly body: Pick<InjectOptions, 'payload' | 'headers'>;
  readonly headers: Readonly<Record<string, string>>;
  /** In place of the ids in the path; null for the ids. */
  readonly piece: string | null;
  readonly query: string | null;
}

/** Requests for an operation, of which nearly none is right, and none is wrong in every respect. */
export function malformedRequests(operation: Operation): fc.Arbitrary<MalformedRequest> {
  return fc.record({
    body: bodiesFor(operation),
    headers: sometimes(1, strangeHeaders, {}),
    piece: sometimes(2, strangePiece, null),
    query: sometimes(3, strangeQuery(operation), null),
  });
}

/** `strange` in so many of five cases, `usual` in the others. */
function sometimes<Strange, Usual>(
  times: number,
  strange: fc.Arbitrary<Strange>,
  usual: Usual,
): fc.Arbitrary<Strange | Usual> {
  return fc.oneof({ arbitrary: strange, weight: times }, { arbitrary: fc.constant(usual), weight: 5 - times });
}

/** The request as it is sent, about these resources. */
export function aim(operation: Operation, { body, headers, piece, query }: MalformedRequest, ids: Ids): InjectOptions {
  const path = fillPath(operation.path, (name) => {
    const resource = rowOf(operation).path?.[name];
    return piece ?? (resource === undefined ? name : ids[resource]);
  });
  return {
    method: operation.method,
    url: query === null ? path : `${path}?${query}`,
    ...body,
    headers: { ...body.headers, ...headers },
  };
}
