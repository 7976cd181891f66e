import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Audience,
  type AudienceId,
  audienceId,
  audienceLimits,
  etag,
  type PlatformAudience,
  Problem,
} from '@muster/audience';
import { createRuleAnalyzer } from '../adapters/analyze-rule.ts';
import { countedIds, testSchema, testTime } from '../testing/fixture.ts';
import { testScope } from '../testing/test-scope.ts';
import { settlementOf } from './settle-methods.ts';

const scope = testScope();
const deps = {
  clock: { now: () => testTime },
  ids: countedIds(),
  analyzeRule: createRuleAnalyzer({ compile: () => ({ error: 'no patterns in this test' }) }),
  loadSchema: async () => testSchema,
};

const bought = 'chain(xEvent, timestamp, [A: WHAT(eventType = "buy") WHEN(<= 24 hours before now)])';
const countryIs = (country: string): string => `homeAddress.country = "${country}"`;

type Method = keyof PlatformAudience['evaluation'];

/** An audience with this rule, evaluated by one method, that refers to `dependencies` too. */
function made(
  id: string,
  rule: string,
  method: Method = 'batch',
  dependencies: readonly string[] = [],
): PlatformAudience {
  return {
    kind: 'platform',
    id: audienceId(id),
    externalId: id,
    name: id,
    description: null,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    lifecycleState: 'published',
    labels: [],
    tags: [],
    schemaName: null,
    ttlInDays: null,
    createdBy: scope.actor,
    createdAt: testTime,
    lastModifiedBy: scope.actor,
    updatedAt: testTime,
    etag: etag('"1"'),
    metrics: null,
    expression: {
      type: 'PQL',
      format: 'pql/text',
      value: [...dependencies.map((one) => `inSegment("${one}")`), rule].join(' and '),
    },
    mergePolicyId: 'policy',
    evaluation: { batch: false, streaming: false, edge: false, [method]: true },
    excludeOptOut: true,
    overridePerformanceWarnings: false,
    ansibleDataModel: null,
    payloadSchema: null,
    dependencies: dependencies.map(audienceId),
  };
}

const dependentsOf = (count: number, method: Method): readonly PlatformAudience[] =>
  Array.from({ length: count }, (_, index) => made(`user-${index}`, bought, method, ['base']));

/** The ids of the audiences that move when `base` gets another rule. */
async function movedBy(
  change: { readonly before: PlatformAudience; readonly after: PlatformAudience },
  dependents: readonly PlatformAudience[],
  others: readonly Audience[] = [],
): Promise<readonly AudienceId[]> {
  const settle = await settlementOf(deps, scope, change);
  const { after: audience } = change;
  const all = new Map([audience, ...dependents, ...others].map((one) => [one.id, one]));
  return (settle?.({ audience, dependents, all }) ?? []).map(({ id }) => id);
}

const before = made('base', countryIs('DE'));
const withEvents = { before, after: made('base', bought) };
const { immediateDependentsMax } = audienceLimits;

test('as many streaming audiences as are allowed move with the rule that they are built on', async () => {
  const dependents = dependentsOf(immediateDependentsMax, 'streaming');
  assert.equal((await movedBy(withEvents, dependents)).length, immediateDependentsMax);
});

test('a rule that would take streaming from too many others is refused', async () => {
  await assert.rejects(movedBy(withEvents, dependentsOf(immediateDependentsMax + 1, 'streaming')), (error) => {
    assert.ok(error instanceof Problem && error.problem === 'audienceInvalid');
    const [detail] = error.details;
    assert.match(detail?.message ?? '', /^1001 audiences /);
    assert.deepEqual([detail?.field, detail?.expected], ['/expression/value', 'at most 1000 (immediateDependentsMax)']);
    return true;
  });
});

test('a rule that takes nothing from others changes whatever their number', async () => {
  const many = dependentsOf(immediateDependentsMax + 1, 'streaming');
  assert.deepEqual(await movedBy({ before, after: made('base', countryIs('FR')) }, many), []);
  const renamed = { ...before, name: 'renamed' };
  assert.deepEqual(await movedBy({ before, after: renamed }, many), []);
  const batch = dependentsOf(immediateDependentsMax + 1, 'batch');
  assert.deepEqual(await movedBy(withEvents, batch), []);
});

test('a rule that uses events through another one takes streaming from others too', async () => {
  const foundation = made('foundation', bought);
  const after = made('base', countryIs('DE'), 'batch', ['foundation']);
  const far = made('far', bought, 'edge', ['near']);
  const near = made('near', countryIs('FR'), 'streaming', ['base']);
  assert.deepEqual(await movedBy({ before, after }, [near, far], [foundation]), ['far']);
  const harmless = made('foundation', countryIs('IT'));
  assert.deepEqual(await movedBy({ before, after }, [near, far], [harmless]), []);
});

test('an audience that was built on events already takes nothing when its events change', async () => {
  const other = bought.replace('buy', 'look');
  const settled = dependentsOf(2, 'streaming');
  assert.deepEqual(await movedBy({ before: made('base', other), after: made('base', bought) }, settled), []);
});

test('nor does one that used events through another one, whatever the number of those that are built on it', async () => {
  const foundation = made('foundation', bought);
  const [german, french] = ['DE', 'FR'].map((country) => made('base', countryIs(country), 'batch', ['foundation']));
  assert.ok(german !== undefined && french !== undefined);
  const many = Array.from({ length: immediateDependentsMax + 1 }, (_, index) =>
    made(`user-${index}`, countryIs('IT'), 'streaming', ['base']),
  );
  assert.deepEqual(await movedBy({ before: german, after: french }, many, [foundation]), []);
});

test('an audience from Audience Manager takes streaming from all that are built on it', async () => {
  const foreign = { ...made('trait', countryIs('DE')), namespace: 'AAMTraits' };
  const after = made('base', countryIs('DE'), 'batch', ['trait']);
  const near = made('near', countryIs('FR'), 'streaming', ['base']);
  assert.deepEqual(await movedBy({ before, after }, [near], [foreign]), ['near']);
});
