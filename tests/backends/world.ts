/** A small world of people on both back ends: the data plane for SQL, decoded documents for closures. */
import { actorId, audienceId, decodeOrgId, decodeSandboxName, epochMs, type Scope } from '@muster/audience';
import { re2Engine } from '@muster/evaluation';
import {
  type CheckedExpression,
  compileClosure,
  decodeDocument,
  type ObjectType,
  type PqlObject,
  planBatch,
  renderScans,
  type ScanLimits,
  type Schema,
} from '@muster/pql';
import type { DataStore, EventRecord, ProfileRecord } from '@muster/store';

/** A person as XDM documents. The key is the person's identity and, unless given, the `_id` of the profile. */
export interface WorldPerson {
  readonly key: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** Other audiences of the world: the keys of their members. */
export type WorldAudiences = Readonly<Record<string, readonly string[]>>;

/** A condition under a name. */
export interface NamedCondition {
  readonly name: string;
  readonly checked: CheckedExpression;
}

/** A person as both back ends see them. */
interface DecodedPerson {
  readonly key: string;
  readonly attributes: PqlObject;
  readonly events: readonly PqlObject[];
}

/** The world's people, decoded. Throws when a document does not fit the schema: a world must be flawless. */
export function decodeWorld(people: readonly WorldPerson[], schema: Schema): readonly DecodedPerson[] {
  return people.map(({ key, attributes, events }) => ({
    key,
    attributes: decoded(schema.profile, { _id: key, ...attributes }),
    events: events
      .map((event, index) => decoded(schema.event, { _id: `${key}-${index}`, ...event }))
      .sort((a, b) => Number(a['timestamp']) - Number(b['timestamp']) || compareIds(a, b)),
  }));
}

function compareIds(a: PqlObject, b: PqlObject): number {
  return String(a['_id']) < String(b['_id']) ? -1 : 1;
}

function decoded(type: ObjectType, json: unknown): PqlObject {
  const { document, problems, ignored } = decodeDocument(type, json);
  if (problems.length + ignored.length > 0)
    throw new Error(`bad world: ${JSON.stringify({ problems, ignored, json })}`);
  return document;
}

/** Evaluates expressions on a person with closures. */
export function evaluatePerson(
  person: DecodedPerson,
  checked: CheckedExpression,
  { asOf, audiences }: { readonly asOf: number; readonly audiences: WorldAudiences },
): ReturnType<ReturnType<typeof compileClosure>> {
  const isMember = (id: string): boolean => audiences[id]?.includes(person.key) ?? false;
  const profile: PqlObject = { ...person.attributes, xEvent: person.events };
  return compileClosure(checked, { asOf, regex: re2Engine, isMember })(profile);
}

/** The keys of the members of each condition, by closures, in the order of the people. */
export function membersByClosures(
  people: readonly DecodedPerson[],
  conditions: readonly NamedCondition[],
  context: { readonly asOf: number; readonly audiences: WorldAudiences },
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    conditions.map(({ name, checked }) => [
      name,
      people.filter((person) => evaluatePerson(person, checked, context) === true).map(({ key }) => key),
    ]),
  );
}

/** A world in a data plane. */
export interface StoredWorld {
  /** The keys of the members of each condition, by SQL, in the order of the people. */
  members(conditions: readonly NamedCondition[], asOf: number): Promise<ReadonlyMap<string, readonly string[]>>;
  drop(): Promise<void>;
}

let worlds = 0;
const readsAtOnce = 16;
/** So small that a world needs several scans of each kind. */
const smallScans: ScanLimits = { leavesPerScanMax: 50, profilesPerScanMax: 15 };

/** Writes a world into a sandbox of its own. */
export async function storeWorld(
  data: DataStore,
  people: readonly DecodedPerson[],
  schema: Schema,
): Promise<StoredWorld> {
  const scope = worldScope(`world-${++worlds}`);
  const records = people.map(({ key, attributes }): ProfileRecord => {
    return { identity: { namespace: 'key', id: key }, attributes, time: epochMs(0) };
  });
  const events = people.flatMap(({ key, events: own }) =>
    own.map((body): EventRecord => {
      const timestamp = epochMs(Number(body['timestamp']));
      return { identity: { namespace: 'key', id: key }, id: String(body['_id']), timestamp, body };
    }),
  );
  await data.write(scope, schema, { datasetId: 'world', records, events });
  let runs = 0;
  return {
    async members(conditions, asOf) {
      const batch = conditions.map(({ name, checked }) => ({ audienceId: name, expression: checked }));
      const plan = renderScans(planBatch(batch, asOf), await data.layout(scope), smallScans);
      const run = { runId: `run-${++runs}`, asOf: epochMs(asOf), plan };
      await data.runBatch(scope, run, { signal: new AbortController().signal, onProgress: () => undefined });
      const order = people.map(({ key }) => key);
      const found = new Map<string, readonly string[]>();
      for (let start = 0; start < conditions.length; start += readsAtOnce) {
        const names = conditions.slice(start, start + readsAtOnce).map(({ name }) => name);
        const keys = await Promise.all(names.map((name) => memberKeys(data, scope, name, order)));
        for (const [index, name] of names.entries()) found.set(name, keys[index] ?? []);
      }
      return found;
    },
    drop: () => data.dropSandbox(scope),
  };
}

async function memberKeys(
  data: DataStore,
  scope: Scope,
  name: string,
  order: readonly string[],
): Promise<readonly string[]> {
  const members = await data.members(scope, audienceId(name), { after: null, limit: order.length, fields: [] });
  const keys = new Set(members.map(({ identity }) => identity.id));
  return order.filter((key) => keys.has(key));
}

function worldScope(name: string): Scope {
  const org = decodeOrgId('worlds@MusterOrg');
  const sandbox = decodeSandboxName(name);
  if (org === null || sandbox === null) throw new Error(`bad scope: ${name}`);
  return { org, sandbox, actor: actorId('tests') };
}
