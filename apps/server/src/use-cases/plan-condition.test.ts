import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs, Problem } from '@muster/audience';
import { decodePropertyFilter } from '@muster/wire';
import { testScope } from '../testing/test-scope.ts';
import { planCondition } from './plan-condition.ts';

/** Attributes that the store has a column or rows for, with the operators that it answers. */
const ordered = ['==1', '!=1', '>1', '>=1', '<1', '<=1', ''];
const known: readonly (readonly [attributes: readonly string[], conditions: readonly string[]])[] = [
  [['id', 'audienceId', 'name', 'namespace', 'type', 'originName', 'datasetId', 'mergePolicyId'], ordered],
  [['lifecycleState', 'createdBy', 'lastModifiedBy', 'isSystem', 'ttlInDays'], ordered],
  [['creationTime', 'createEpoch', 'updateTime', 'updateEpoch', 'metrics.data.totalProfiles'], ordered],
  [['batch', 'continuous', 'synchronous'].map((method) => `evaluationInfo.${method}.enabled`), ordered],
  [
    ['labels', 'tags'],
    ['==1', '!=1', ''],
  ],
  [['name', 'description'], ['=contains1']],
  // The same of all audiences of a kind, or of none.
  [['imsOrgId', 'sandbox.sandboxName', 'profileInstanceId', 'definedOn~meta:containerId', 'nothing.at.all'], ordered],
];

const scope = testScope();
const place = {
  scope,
  sandbox: {
    id: '4ae4e34d-a956-4075-ad43-f24e0ed8f7a5',
    name: scope.sandbox,
    title: null,
    type: 'production',
    isDefault: true,
    state: 'active',
    createdAt: epochMs(0),
    version: 1,
    change: null,
  },
} as const;

test('the store answers every comparison of an attribute that it knows', () => {
  for (const [attributes, conditions] of known) {
    for (const text of attributes.flatMap((attribute) => conditions.map((condition) => `${attribute}${condition}`))) {
      const filter = decodePropertyFilter(text);
      assert.ok(!(filter instanceof Problem), text);
      assert.notEqual(planCondition(filter, { sort: [] }, place), null, text);
    }
  }
});
