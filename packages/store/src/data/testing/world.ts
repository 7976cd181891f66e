/** Schemas, people and scans for the tests of data stores. */
import { actorId, audienceId, decodeOrgId, decodeSandboxName, epochMs, type Scope } from '@muster/audience';
import {
  type DataLayout,
  type Field,
  type Formula,
  identifier,
  joinSql,
  type ObjectType,
  type PqlObject,
  type PqlType,
  type PqlValue,
  parameter,
  type Scan,
  type Schema,
  type SqlFragment,
  scalarTypes,
  sql,
} from '@muster/pql';
import type { BatchRun, DataStore, EventRecord, Member, ProfileRecord } from '../../ports/data-store.ts';

/** A scope of a sandbox; `name` tells sandboxes apart. */
export function testScope(name: string, org = 'org@Test'): Scope {
  const decodedOrg = decodeOrgId(org);
  const sandbox = decodeSandboxName(name);
  if (decodedOrg === null || sandbox === null) throw new Error('the names of the test scope are malformed');
  return { org: decodedOrg, sandbox, actor: actorId('tester') };
}

/** An object type with fields of the types given. */
export function objectType(fields: Readonly<Record<string, PqlType | Field>>): ObjectType {
  return {
    kind: 'object',
    fields: new Map(Object.entries(fields).map(([name, field]) => [name, 'kind' in field ? { type: field } : field])),
  };
}

const arrayOf = (element: PqlType): PqlType => ({ kind: 'array', element });
const { string, integer, number, boolean, timestamp, any } = scalarTypes;

/** A schema with every kind of field. */
export const testSchema: Schema = {
  profile: objectType({
    name: string,
    age: integer,
    score: number,
    active: boolean,
    birth: timestamp,
    anything: any,
    devices: { kind: 'map', value: objectType({ model: string, tags: arrayOf(string) }) },
    interests: arrayOf(string),
    home: objectType({ country: { type: string, values: ['US', 'DE'] }, city: string }),
    loyalty: objectType({
      cards: arrayOf(
        objectType({ number: string, points: integer, offers: arrayOf(objectType({ code: string, value: number })) }),
      ),
    }),
    'we`ird "näme"\\.x/%\n': string,
    profile_id: string,
  }),
  event: objectType({
    _id: string,
    timestamp,
    eventType: string,
    commerce: objectType({ order: objectType({ priceTotal: number }) }),
    productListItems: arrayOf(objectType({ SKU: string, quantity: integer })),
  }),
};

/** An object without a prototype, as documents are decoded to. */
export function document(value: Readonly<Record<string, unknown>>): PqlObject {
  return toObject(value);
}

function toObject(value: object): PqlObject {
  const object: Record<string, PqlValue> = Object.create(null);
  for (const [name, member] of Object.entries(value)) object[name] = toValue(member);
  return object;
}

function toValue(value: unknown): PqlValue {
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === 'object' && value !== null) return toObject(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return null;
}

/** What is said about the person `id` at `time`. */
export function record(id: string, attributes: Readonly<Record<string, unknown>>, time = 1000): ProfileRecord {
  return { identity: { namespace: 'Email', id }, attributes: document(attributes), time: epochMs(time) };
}

/** An event of the person `id`. */
export function event(id: string, eventId: string, body: Readonly<Record<string, unknown>>, at = 1000): EventRecord {
  return {
    identity: { namespace: 'Email', id },
    id: eventId,
    timestamp: epochMs(at),
    body: document({ _id: eventId, timestamp: at, ...body }),
  };
}

/** Writes records and events as one batch of one data set. */
export async function write(
  store: DataStore,
  scope: Scope,
  records: readonly ProfileRecord[],
  events: readonly EventRecord[] = [],
): Promise<void> {
  await store.write(scope, testSchema, { datasetId: 'test', records, events });
}

/** The column of a profile field, for hand-written conditions. */
export function profileColumn(layout: DataLayout, path: string): SqlFragment {
  const column = layout.profiles.columns.get(path);
  if (column === undefined) throw new Error(`no column for ${path}`);
  return identifier(column.name);
}

/** A scan of profiles that fills leaf `first`, `first + 1`, … by one condition each. */
export function profileScan(layout: DataLayout, conditions: readonly SqlFragment[], first = 0): Scan {
  const bitmaps = conditions.map((condition) => sql`groupBitmapStateIf(profile_id, ${condition})`);
  return {
    name: 'profiles',
    leaves: conditions.map((_, index) => first + index),
    select: sql`SELECT [${joinSql(bitmaps)}] AS bitmaps FROM ${layout.profiles.from}`,
    inMemory: null,
  };
}

/** A run of the audiences given by name over scans. */
export function batchRun(
  runId: string,
  asOf: number,
  scans: readonly Scan[],
  audiences: Readonly<Record<string, Formula>>,
): BatchRun {
  return {
    runId,
    asOf: epochMs(asOf),
    plan: {
      scans,
      audiences: Object.entries(audiences).map(([id, formula]) => ({ audienceId: id, formula })),
    },
  };
}

/** Options of a run that goes on to its end. */
export const untilDone = (): { signal: AbortSignal; onProgress: () => void } => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
});

/** Everyone in the sandbox with the fields asked for, by the id of their identity. */
export async function people(
  store: DataStore,
  scope: Scope,
  fields: readonly string[],
): Promise<Readonly<Record<string, Readonly<Record<string, PqlValue>>>>> {
  await store.runBatch(
    scope,
    batchRun(`everyone ${fields.join()}`, 1, [], { everyone: { kind: 'everyone' } }),
    untilDone(),
  );
  const members: Member[] = [];
  const { signal } = new AbortController();
  for await (const member of store.streamMembers(scope, audienceId('everyone'), fields, signal)) members.push(member);
  return Object.fromEntries(members.map((member) => [member.identity.id, { ...member.attributes }]));
}

/** The ids of the identities of an audience's members, in order of profile id. */
export async function memberIds(store: DataStore, scope: Scope, id: string): Promise<readonly string[]> {
  const page = { after: null, limit: 1000, fields: [] };
  return (await store.members(scope, audienceId(id), page)).map((member) => member.identity.id);
}

/** A condition that a string field equals a value. */
export function equals(column: SqlFragment, value: string): SqlFragment {
  return sql`ifNull(${column} = ${parameter(value, 'String')}, false)`;
}
