/** Random audiences, writes of them, and lists to read in between. */
import { type Audience, actorId, epochMs, etag, type LifecycleState } from '@muster/audience';
import fc from 'fast-check';
import type { AudienceCheck, AudienceQuery } from '../../ports/control-store.ts';
import { sampleExternal, samplePlatform, sampleTime } from './samples.ts';

const words = ['red', 'green', 'Blue', 'red green', 'ÉCLAIR'] as const;
/** Labels and tags, one of which looks as if it were several. */
const elements = [[], ['a'], ['a', 'b'], ['"],["labels","a"]', 'b\\']] as const;
/** States that every audience of another one of them may be brought to. */
const states: readonly LifecycleState[] = ['published', 'inactive'];

/** What a random audience looks like: small numbers, so that values collide and sorts have ties. */
const randomLook = fc.record({
  isExternal: fc.boolean(),
  word: fc.nat(words.length - 1),
  elements: fc.nat(elements.length - 1),
  number: fc.nat(6),
  state: fc.nat(1),
});
/** A random look. */
export type Look = typeof randomLook extends fc.Arbitrary<infer Value> ? Value : never;

/** The audience `id` with a look, in its `version`; in place of `old` it keeps the kind and the size. */
export function made(id: string, look: Look, version: number, old: Audience | null = null): Audience {
  const { number } = look;
  const text = `${words[look.word]} ${number}`;
  const changes = {
    name: text,
    description: number % 3 === 0 ? null : `of ${text}`,
    labels: [...(elements[look.elements] ?? [])],
    tags: [...(elements[number % elements.length] ?? [])],
    lifecycleState: states[look.state] ?? 'published',
    ttlInDays: number === 0 ? null : number,
    createdBy: actorId(`author-${number % 3}`),
    createdAt: epochMs(sampleTime + number),
    updatedAt: epochMs(sampleTime + version),
    etag: etag(`"${version}"`),
  } as const;
  const isExternal = old === null ? look.isExternal : old.kind === 'external';
  return isExternal
    ? sampleExternal(id, { ...changes, metrics: old?.kind === 'external' ? old.metrics : null })
    : samplePlatform(id, { ...changes, metrics: old?.kind === 'platform' ? old.metrics : null });
}

const createdAt = [{ key: 'createdAt', direction: 'desc' }] as const;
const byName = [{ key: 'name', direction: 'asc' }] as const;

const isRed: AudienceCheck = {
  key: 'is red',
  looksAtDependents: false,
  holds: ({ description }) => description?.includes('red') ?? false,
};
/** Looks at what an audience's row does not have. */
const isMeasured: AudienceCheck = {
  key: 'is measured',
  looksAtDependents: false,
  holds: ({ metrics }) => metrics?.jobId === 'job',
};
const isLabelled: AudienceCheck = { ...isRed, key: 'is labelled', holds: ({ labels }) => labels.length > 0 };

/** Few enough to be read again and again: of nothing, of frequent and rare values, in orders that changes alter. */
export const randomQueries: readonly AudienceQuery[] = [
  { sort: createdAt },
  { sort: createdAt, lifecycleStates: ['published'] },
  { sort: byName, lifecycleStates: ['published'] },
  { sort: [{ key: 'updatedAt', direction: 'desc' }] },
  {
    sort: [
      { key: 'lifecycleState', direction: 'asc' },
      { key: 'totalProfiles', direction: 'desc' },
    ],
  },
  { sort: [{ key: 'description', direction: 'desc' }], schemaName: '_xdm.context.profile' },
  { sort: createdAt, nameContains: 'RED' },
  { sort: byName, descriptionContains: 'éclair' },
  { sort: byName, nameContains: 'nothing' },
  { sort: byName, namespace: 'crm' },
  { sort: createdAt, conditions: [{ element: 'labels', operator: 'has', value: 'a' }] },
  { sort: createdAt, conditions: [{ element: 'tags', operator: 'lacks', value: null }] },
  { sort: byName, conditions: [{ attribute: 'totalProfiles', operator: 'atLeast', value: 2 }] },
  { sort: byName, check: isRed },
  { sort: createdAt, check: isRed, conditions: [{ element: 'tags', operator: 'has', value: 'a' }] },
  { sort: [], check: { ...isLabelled, key: 'is labelled, by dependents', looksAtDependents: true } },
  { sort: [{ key: 'totalProfiles', direction: 'desc' }, ...byName], check: isMeasured },
  { sort: [{ key: 'description', direction: 'desc' }], check: isLabelled, nameContains: 'e' },
  {
    sort: [{ key: 'totalProfiles', direction: 'asc' }],
    conditions: [
      {
        anyOf: [
          [{ attribute: 'createdBy', operator: 'differs', value: 'author-1' }],
          [{ attribute: 'ttlInDays', operator: 'above', value: 5 }],
        ],
      },
    ],
  },
];

const randomStep = fc.record({
  write: fc.constantFrom('create', 'create', 'replace', 'replace', 'delete', 'measure', 'report', 'refuse'),
  /** Which of the audiences that there are, taken round. */
  target: fc.nat(),
  look: randomLook,
  reads: fc.array(
    fc.record({
      query: fc.nat(randomQueries.length - 1),
      offset: fc.constantFrom(0, 0, 7, 60, 130),
      isPeer: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});
/** A random write, and the lists that are read after it. */
export type Step = typeof randomStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Looks that are the same again for the same seed. */
export const sampleLooks = (seed: number, count: number): readonly Look[] =>
  fc.sample(randomLook, { seed, numRuns: count });

/** Steps that are the same again for the same seed. */
export const sampleSteps = (seed: number, count: number): readonly Step[] =>
  fc.sample(randomStep, { seed, numRuns: count });
