import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { decodeNewAudience } from './decode-audience.ts';

const rule = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };

/** Decodes a body and gives the fields of its findings with what was expected there; none when it is accepted. */
function check(body: unknown, expected: readonly [field: string, expectation: string | undefined][]): void {
  const decoded = decodeNewAudience(body);
  const findings = decoded instanceof Problem ? decoded.details.map((detail) => [detail.field, detail.expected]) : [];
  assert.deepEqual(findings, expected);
}

test('a body names every field that is missing or wrong', () => {
  check({}, [
    ['/name', undefined],
    ['/expression', undefined],
  ]);
  check({ expression: rule }, [['/name', undefined]]);
  check({ name: 5, expression: rule }, [['/name', 'string']]);
  check({ name: '', expression: rule }, [['/name', 'at least 1 character']]);
  check({ name: 'a', expression: { ...rule, format: 'pql/xml' } }, [
    ['/expression/format', '`pql/text` or `pql/json`'],
  ]);
  check({ name: 'a', expression: rule, labels: ['x', 7] }, [['/labels/1', 'string']]);
  check({ name: 'a', expression: rule, ttlInDays: {} }, [['/ttlInDays', 'integer or string']]);
  check({ name: 'a', type: 'Other' }, [['/type', '`SegmentDefinition` or `ExternalSegment` or `ExternalAudience`']]);
  check({ name: 'a', expression: rule, lifecycleState: 'sleeping' }, [
    ['/lifecycleState', '`draft` or `published` or `inactive`'],
  ]);
  for (const body of [null, [], 'text', 7, undefined]) check(body, [['', 'object']]);
});

test('a time to live may be sent as digits', () => {
  const decoded = decodeNewAudience({ name: 'a', expression: rule, ttlInDays: '40' });
  assert.equal(decoded instanceof Problem ? decoded : decoded.ttlInDays, 40);
});

test('old and other words are read as the words of today', () => {
  const decoded = decodeNewAudience({
    name: 'a',
    type: 'ExternalAudience',
    audienceId: 'x',
    namespace: 'crm',
    lifecycleState: 'active',
  });
  assert.ok(!(decoded instanceof Problem) && decoded.kind === 'external');
  assert.equal(decoded.lifecycleState, 'published');
  assert.equal(decoded.originName, 'CUSTOM_UPLOAD');
});

test('an audience cannot be created as deleted', () => {
  const decoded = decodeNewAudience({ name: 'a', expression: rule, lifecycleState: 'deleted' });
  assert.ok(decoded instanceof Problem);
  assert.equal(decoded.problem, 'audienceInvalid');
  assert.equal(decoded.message, 'Cannot set lifecycleState as deleted');
});

test('continuous is streaming, synchronous is edge, and none of them is batch', () => {
  const methods = (evaluationInfo: unknown): unknown => {
    const decoded = decodeNewAudience({ name: 'a', expression: rule, evaluationInfo });
    return decoded instanceof Problem || decoded.kind !== 'platform' ? decoded : decoded.evaluation;
  };
  assert.deepEqual(methods({ continuous: { enabled: true } }), { batch: false, streaming: true, edge: false });
  assert.deepEqual(methods({ synchronous: { enabled: true } }), { batch: false, streaming: false, edge: true });
  assert.deepEqual(methods({}), { batch: true, streaming: false, edge: false });
  assert.deepEqual(methods({ batch: { enabled: false } }), { batch: true, streaming: false, edge: false });
});
