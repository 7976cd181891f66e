import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { decodePropertyFilter, matchesPropertyFilter } from './property-filter.ts';

const resource = {
  audienceId: 'a=b==c',
  evaluationInfo: { batch: { enabled: true } },
  labels: ['core/C1', 'core/C2'],
  segments: [{ segmentId: 's1' }, { segmentId: 's2' }],
  ttlInDays: 30,
};

function check(text: string, expected: boolean | 'refused'): void {
  const filter = decodePropertyFilter(text);
  assert.equal(filter instanceof Problem ? 'refused' : matchesPropertyFilter(resource, filter), expected, text);
}

test('a property matches exactly, split at the first operator', () => {
  check('audienceId==a=b==c', true);
  check('audienceId==a=b', false);
  check('ttlInDays==30', true);
  check('ttlInDays==30.0', false);
});

test('a dotted path reaches into objects, a tilde into the objects of an array', () => {
  check('evaluationInfo.batch.enabled==true', true);
  check('evaluationInfo.batch.enabled!=true', false);
  check('segments~segmentId==s2', true);
  check('segments~segmentId==s3', false);
  check('labels==core/C2', true);
});

test('a missing attribute equals nothing and differs from everything', () => {
  check('nothing==x', false);
  check('nothing!=x', true);
  check('nothing', false);
  check('audienceId', true);
  check('__proto__', false);
});

test('a single sign of equality is one too', () => {
  check('evaluationInfo.batch.enabled=true', true);
  check('audienceId=a=b==c', true);
  check('ttlInDays=31', false);
});

test('a part of a text is found without regard to case, and literally', () => {
  check('audienceId=containsB==C', true);
  check('audienceId=contains(B==C)', true);
  check('audienceId=contains%', false);
  check('audienceId!=containsx', true);
  check('audienceId!=contains=', false);
  check('labels=containsc2', true);
  check('labels!=containsC1', false);
  check('nothing=contains', false);
  check('nothing!=containsx', true);
  check('ttlInDays=contains3', false);
});

test('numbers and texts are ordered, numbers as numbers', () => {
  for (const text of ['ttlInDays>=30', 'ttlInDays<=30', 'ttlInDays>4', 'ttlInDays<100', 'ttlInDays>=29.5'])
    check(text, true);
  for (const text of ['ttlInDays>30', 'ttlInDays<30', 'ttlInDays>=100', 'ttlInDays<x', 'ttlInDays<'])
    check(text, false);
  check('audienceId>a', true);
  check('audienceId<a', false);
  check('nothing<1', false);
  check('evaluationInfo.batch.enabled>=false', false);
  check('labels>core/C1', true);
});

test('what is not a condition is refused', () => {
  for (const text of ['', '==x', 'a!b', 'a~b~c==1', 'a b==c', 'a..b==c', '!', '>3']) check(text, 'refused');
});
