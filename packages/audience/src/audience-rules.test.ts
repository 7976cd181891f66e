import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AudienceOrigin,
  audienceLimits,
  decideExternalAudience,
  decidePlatformAudience,
  type ExternalAudienceDraft,
  type PlatformAudienceDraft,
} from './audience-rules.ts';
import { actorId, audienceId, epochMs, etag } from './ids.ts';
import { Problem } from './problem.ts';

const origin: AudienceOrigin = {
  id: audienceId('id-1'),
  actor: actorId('someone@AdobeID'),
  at: epochMs(1_700_000_000_000),
  etag: etag('"e"'),
};
const platformDraft: PlatformAudienceDraft = {
  name: 'Buyers',
  expression: { type: 'PQL', format: 'pql/text', value: 'true' },
  mergePolicyId: 'policy',
  dependencies: [],
};
const externalDraft: ExternalAudienceDraft = { name: 'List', externalId: 'crm-1' };

/** The fields a refusal names. */
function refusedFields(decision: unknown): readonly (string | undefined)[] {
  assert.ok(decision instanceof Problem);
  assert.equal(decision.problem, 'audienceInvalid');
  return decision.details.map((detail) => detail.field);
}

test('a platform audience gets the defaults of the platform', () => {
  assert.deepEqual(decidePlatformAudience(platformDraft, origin), {
    kind: 'platform',
    id: 'id-1',
    externalId: 'id-1',
    name: 'Buyers',
    description: null,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    lifecycleState: 'published',
    labels: [],
    tags: [],
    schemaName: '_xdm.context.profile',
    ttlInDays: null,
    createdBy: 'someone@AdobeID',
    createdAt: 1_700_000_000_000,
    lastModifiedBy: 'someone@AdobeID',
    updatedAt: 1_700_000_000_000,
    etag: '"e"',
    metrics: null,
    expression: platformDraft.expression,
    mergePolicyId: 'policy',
    evaluation: { batch: true, streaming: false, edge: false },
    excludeOptOut: true,
    overridePerformanceWarnings: false,
    ansibleDataModel: null,
    payloadSchema: null,
    dependencies: [],
  });
});

test('an external audience keeps the id its client chose and is published at once', () => {
  const audience = decideExternalAudience(externalDraft, origin);
  assert.ok(!(audience instanceof Problem));
  assert.equal(audience.externalId, 'crm-1');
  assert.equal(audience.namespace, 'CustomerAudienceUpload');
  assert.equal(audience.originName, 'CUSTOM_UPLOAD');
  assert.equal(audience.lifecycleState, 'published');
  assert.equal(audience.schemaName, null);
});

test('what a draft says wins over the defaults', () => {
  const audience = decideExternalAudience(
    { ...externalDraft, namespace: 'aam', originName: 'AUDIENCE_MANAGER', lifecycleState: 'inactive', ttlInDays: 30 },
    origin,
  );
  assert.ok(!(audience instanceof Problem));
  assert.deepEqual(
    [audience.namespace, audience.originName, audience.lifecycleState, audience.ttlInDays],
    ['aam', 'AUDIENCE_MANAGER', 'inactive', 30],
  );
});

test('a refusal names every value that is outside its limits', () => {
  const draft: PlatformAudienceDraft = {
    ...platformDraft,
    name: ' ',
    description: 'x'.repeat(audienceLimits.descriptionLengthMax + 1),
    labels: ['core/C1', ''],
    ttlInDays: 0,
    expression: { type: 'SQL', format: 'pql/text', value: '' },
    ansibleDataModel: { model: 'x'.repeat(audienceLimits.opaqueLengthMax) },
  };
  assert.deepEqual(refusedFields(decidePlatformAudience(draft, origin)), [
    '/name',
    '/description',
    '/labels/1',
    '/ttlInDays',
    '/expression/type',
    '/expression/value',
    '/ansibleDataModel',
  ]);
});

test('values at their limits are fine', () => {
  const draft: ExternalAudienceDraft = {
    name: 'n'.repeat(audienceLimits.nameLengthMax),
    externalId: 'i'.repeat(audienceLimits.externalIdLengthMax),
    namespace: 's'.repeat(audienceLimits.namespaceLengthMax),
    labels: Array.from({ length: audienceLimits.labelsMax }, () => 'core/C1'),
    ttlInDays: audienceLimits.ttlInDaysMax,
  };
  assert.ok(!(decideExternalAudience(draft, origin) instanceof Problem));
  assert.deepEqual(refusedFields(decideExternalAudience({ ...draft, externalId: `${draft.externalId}x` }, origin)), [
    '/audienceId',
  ]);
});

test('the type of an expression is compared without regard to case', () => {
  const draft = { ...platformDraft, expression: { ...platformDraft.expression, type: 'pql' } };
  assert.ok(!(decidePlatformAudience(draft, origin) instanceof Problem));
});
