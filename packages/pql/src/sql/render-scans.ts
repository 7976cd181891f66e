/** A batch plan as the queries of its scans. */

import { someNode } from '../check/children.ts';
import type { Expression } from '../check/expression.ts';
import type { BatchPlan, EventAggregate, Leaf } from '../plan/batch-plan.ts';
import { aggregateKey } from '../plan/plan-batch.ts';
import type { BatchScans, Scan } from '../plan/scan.ts';
import { eventMember } from '../types/type.ts';
import type { Environment, SqlOperand } from './environment.ts';
import { bind, rowBinding, usedPaths } from './environment.ts';
import { finiteSql } from './finite.ts';
import type { SqlFragment } from './fragment.ts';
import { identifier, joinSql, noSql, parameter, sql } from './fragment.ts';
import type { DataLayout } from './layout.ts';
import { renderCondition, renderValue } from './render-expression.ts';

/** How large one query of a batch may be. */
export interface ScanLimits {
  /** Bitmaps that one query fills. */
  readonly leavesPerScanMax: number;
  /** Profiles whose events one query of the general pass holds in memory. */
  readonly profilesPerScanMax: number;
}

/** The limits unless others are given. */
export const defaultScanLimits: ScanLimits = { leavesPerScanMax: 256, profilesPerScanMax: 200_000 };

interface NumberedLeaf<Kind extends Leaf['kind']> {
  readonly number: number;
  readonly leaf: Extract<Leaf, { readonly kind: Kind }>;
}

const profileId = identifier('profile_id');

/** The scans that fill the leaves of a plan, for tables laid out as `layout` says. */
export function renderScans(plan: BatchPlan, layout: DataLayout, limits: ScanLimits = defaultScanLimits): BatchScans {
  const { leavesPerScanMax, profilesPerScanMax } = limits;
  const chunks = <Item>(items: readonly Item[]) => chunksOf(items, leavesPerScanMax);
  const scans = [
    ...chunks(leavesOf(plan, 'profile')).map((leaves) => scanProfiles(leaves, layout)),
    ...chunks(leavesOf(plan, 'event')).map((leaves) => scanEvents(leaves, layout)),
    ...chunks(leavesOf(plan, 'eventGroup')).map((leaves) => scanGroups(leaves, layout)),
    ...chunks(leavesOf(plan, 'general')).flatMap((leaves) =>
      rangesOf(allProfiles(layout), profilesPerScanMax).map((range) => scanArrays(leaves, range, layout)),
    ),
  ];
  return { scans, audiences: plan.audiences };
}

function leavesOf<Kind extends Leaf['kind']>({ leaves }: BatchPlan, kind: Kind): readonly NumberedLeaf<Kind>[] {
  const isKind = (leaf: Leaf): leaf is Extract<Leaf, { readonly kind: Kind }> => leaf.kind === kind;
  return leaves.flatMap((leaf, number) => (isKind(leaf) ? [{ number, leaf }] : []));
}

function chunksOf<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

function environment(layout: DataLayout, id: SqlFragment = profileId): Environment {
  return { bindings: new Map(), events: null, slots: [], profileId: id, membersOf: layout.membersOf };
}

const profileVariable = { id: 0, name: 'profile', type: { kind: 'any' } } as const;

function scanProfiles(leaves: readonly NumberedLeaf<'profile'>[], layout: DataLayout): Scan {
  const row = bind(environment(layout), profileVariable, rowBinding(layout.profiles));
  const bitmaps = leaves.map(({ leaf }) => bitmapIf(profileId, renderCondition(leaf.condition, row)));
  return scan('profiles', leaves, sql`SELECT [${joinSql(bitmaps)}] AS bitmaps FROM ${layout.profiles.from}`);
}

function scanEvents(leaves: readonly NumberedLeaf<'event'>[], layout: DataLayout): Scan {
  const row = rowBinding(layout.events);
  const conditions = leaves.map(({ leaf }) =>
    leaf.condition === null ? null : renderCondition(leaf.condition, bind(environment(layout), leaf.variable, row)),
  );
  const bitmaps = conditions.map((condition) =>
    condition === null ? sql`groupBitmapState(${profileId})` : bitmapIf(profileId, condition),
  );
  return scan('events', leaves, sql`SELECT [${joinSql(bitmaps)}] AS bitmaps FROM ${layout.events.from}`);
}

/** One pass that aggregates the events of each profile, and one over the aggregates. */
function scanGroups(leaves: readonly NumberedLeaf<'eventGroup'>[], layout: DataLayout): Scan {
  const row = rowBinding(layout.events);
  const columns = new Map<
    string,
    { readonly name: SqlFragment; readonly select: SqlFragment; readonly filter: SqlFragment | null }
  >();
  const slotsOf = (aggregates: readonly EventAggregate[]): readonly SqlOperand[] =>
    aggregates.map((aggregate) => {
      const key = aggregateKey(aggregate);
      const known = columns.get(key);
      const name = known?.name ?? identifier(`a${columns.size}`);
      if (known === undefined) {
        const inside = bind(environment(layout), aggregate.variable, row);
        columns.set(key, { name, ...renderAggregate(aggregate, inside) });
      }
      return { sql: name, nullable: !neverNullReducers.has(aggregate.reducer) };
    });
  const bitmaps = leaves.map(({ leaf }) => {
    const slots = slotsOf(leaf.aggregates);
    return bitmapIf(profileId, renderCondition(leaf.condition, { ...environment(layout), slots }));
  });
  const aggregates = [...columns.values()];
  const selects = aggregates.map(({ name, select }) => sql`${select} AS ${name}`);
  const filters = aggregates.flatMap(({ filter }) => filter ?? []);
  // Events that no aggregate looks at need not be grouped; a profile left out has what a profile without events has.
  const where = filters.length < aggregates.length ? noSql : sql` WHERE ${joinSql(distinct(filters), sql` OR `)}`;
  const groups = sql`SELECT ${joinSql([profileId, ...selects])} FROM ${layout.events.from}${where} GROUP BY ${profileId}`;
  return scan('event groups', leaves, sql`SELECT [${joinSql(bitmaps)}] AS bitmaps FROM (${groups})`);
}

/** Equal objects once; each aggregate has its own fragment, so this only drops repeats by reference. */
function distinct(fragments: readonly SqlFragment[]): readonly SqlFragment[] {
  return [...new Set(fragments)];
}

const neverNullReducers: ReadonlySet<EventAggregate['reducer']> = new Set(['count', 'exists', 'collect']);

function renderAggregate(
  { reducer, where, value }: EventAggregate,
  row: Environment,
): { readonly select: SqlFragment; readonly filter: SqlFragment | null } {
  const filter = where === null ? null : renderCondition(where, row);
  const condition = filter ?? sql`true`;
  const operand = value === null ? null : renderValue(value, row);
  const aggregated = operand?.sql ?? sql`NULL`;
  switch (reducer) {
    case 'exists':
      return { select: sql`(countIf(${condition}) > 0)`, filter };
    case 'count':
      return { select: sql`toFloat64(countIf(${condition}))`, filter };
    case 'sum':
      return { select: finiteSql(sql`sumIf(ifNull(toFloat64(${aggregated}), 0), ${condition})`), filter };
    case 'average':
      return { select: finiteSql(sql`avgOrNullIf(${aggregated}, ${condition})`), filter };
    case 'collect':
      // The combinator leaves nulls out.
      return { select: sql`groupArrayIf(${aggregated}, ${condition})`, filter };
    case 'min':
      return { select: sql`minOrNullIf(${aggregated}, ${condition})`, filter };
    default:
      return { select: sql`maxOrNullIf(${aggregated}, ${condition})`, filter };
  }
}

/** Ids from `first` to `last`; an open range takes in profiles that came since the layout was read as well. */
interface ProfileRange {
  readonly first: number;
  readonly last: number;
  readonly isOpen: boolean;
}

function allProfiles({ profileIdMax }: DataLayout): ProfileRange {
  return { first: 1, last: Math.max(1, profileIdMax), isOpen: true };
}

/** Ranges of at most `size` ids that together are `range`. */
function rangesOf({ first, last, isOpen }: ProfileRange, size: number): readonly ProfileRange[] {
  const count = Math.ceil((last - first + 1) / size);
  return Array.from({ length: count }, (_, index) => {
    const isLast = index === count - 1;
    const start = first + index * size;
    return { first: start, last: isLast ? last : start + size - 1, isOpen: isOpen && isLast };
  });
}

function inRange({ first, last, isOpen }: ProfileRange): SqlFragment {
  const from = sql`profile_id >= ${parameter(first, 'UInt32')}`;
  return isOpen ? from : sql`${from} AND profile_id <= ${parameter(last, 'UInt32')}`;
}

/** The general pass over some profiles: each with the array of its events, which are in memory together. */
function scanArrays(leaves: readonly NumberedLeaf<'general'>[], range: ProfileRange, layout: DataLayout): Scan {
  const id = identifier('p', 'profile_id');
  const row = rowBinding(layout.events);
  const conditions = leaves.map(({ leaf }) => leaf.condition);
  const paths = eventPaths(conditions, layout);
  const columns = paths.flatMap((path) => row.columns.get(path)?.sql ?? []);
  const inside: Environment = {
    ...bind(environment(layout, id), profileVariable, rowBinding(layout.profiles, 'p')),
    events: { sql: identifier('e', 'events'), paths, row },
  };
  const bitmaps = leaves.map(({ leaf }) => bitmapIf(id, renderCondition(leaf.condition, inside)));
  const tuples = sql`groupArray(tuple(${joinSql(columns)}))`;
  // Order costs a sort per profile; only a question about the array as a whole can tell the difference.
  const ordered = conditions.some(readsWholeArray) ? sql`arraySort(event -> (event.1, event.2), ${tuples})` : tuples;
  const events = sql`SELECT profile_id, ${ordered} AS events FROM ${layout.events.from} WHERE ${inRange(range)} GROUP BY profile_id`;
  const joined = sql`(SELECT * FROM ${layout.profiles.from} WHERE ${inRange(range)}) AS p LEFT JOIN (${events}) AS e ON p.profile_id = e.profile_id`;
  return {
    ...scan('event arrays', leaves, sql`SELECT [${joinSql(bitmaps)}] AS bitmaps FROM ${joined}`),
    inMemory: {
      profileCount: range.last - range.first + 1,
      split: (profilesMax) => rangesOf(range, profilesMax).map((part) => scanArrays(leaves, part, layout)),
    },
  };
}

/** Whether the order of events can show: arrays are compared item by item. */
function readsWholeArray(condition: Expression): boolean {
  return someNode(condition, ({ kind }) => kind === 'collect' || kind === 'slice');
}

/** The event columns that some condition reads; first what events are ordered by, so that a tuple has members. */
function eventPaths(conditions: readonly Expression[], layout: DataLayout): readonly string[] {
  const { columns } = rowBinding(layout.events);
  const prefix = `${eventMember}.`;
  const members = new Map([...columns].map(([path, column]) => [`${prefix}${path}`, column]));
  const read = usedPaths(profileVariable, { prefix: '', columns: members }, conditions);
  const used = new Set(['timestamp', '_id', ...read.map((path) => path.slice(prefix.length))]);
  return [...used].filter((path) => columns.has(path));
}

function bitmapIf(id: SqlFragment, condition: SqlFragment): SqlFragment {
  return sql`groupBitmapStateIf(${id}, ${condition})`;
}

function scan(name: Scan['name'], leaves: readonly { readonly number: number }[], select: SqlFragment): Scan {
  return { name, leaves: leaves.map(({ number }) => number), select, inMemory: null };
}
