import assert from 'node:assert/strict';
import test from 'node:test';
import { apiErrorOf, type Refusal } from './api-error.ts';
import { decodeRefusal, decodeRetryAfter } from './decode-refusal.ts';

const now = Date.UTC(2024, 0, 1);

function check(text: string, expected: Partial<Refusal>, status = 400): void {
  const refusal = decodeRefusal({ status, text, requestId: 'of-header', retryAfter: null }, now);
  assert.deepEqual({ ...refusal, ...expected }, refusal);
}

test('an error of the service is read with all its findings', () => {
  const finding = {
    code: 400,
    message: 'unknown field `homeAdress`',
    field: '/expression/value',
    position: { start: 0, end: 10 },
    expected: 'a field of the schema',
    suggestion: 'did you mean `homeAddress`?',
    excerpt: 'homeAdress\n^^^^^^^^^^',
  };
  const body = {
    requestId: 'of-body',
    errors: { '400': [{ code: 400, message: 'Wrong.' }, finding] },
    type: 'https://ns.adobe.com/aep/errors/MUSTER-100002-400',
    title: 'Wrong.',
    status: 400,
    more: 'of a later version',
  };
  check(JSON.stringify(body), {
    form: 'service',
    code: 'MUSTER-100002-400',
    title: 'Wrong.',
    requestId: 'of-body',
    findings: [{ code: 400, message: 'Wrong.' }, finding],
  });
  check(JSON.stringify({ ...body, type: 'urn:muster:errors:other' }), { code: 'other' });
});

test('an error of the gateway is read', () => {
  const message = 'Oauth token is missing.';
  const body = JSON.stringify({ error_code: '403010', message });
  const expected = { form: 'gateway', code: '403010', title: message, requestId: 'of-header' } as const;
  check(body, { ...expected, findings: [{ code: '403010', message }] }, 403);
});

test('an answer of something in between is an error too', () => {
  check('<h1>Bad gateway</h1>', { form: 'other', code: '', title: '<h1>Bad gateway</h1>', findings: [] }, 502);
  check('', { form: 'other', title: 'the answer says no more' }, 502);
  check('x'.repeat(501), { title: 'x'.repeat(500) });
  for (const text of ['null', '[]', '{"errors": 1}', '{"error_code": 403010}']) check(text, { form: 'other' });
});

test('a wait is seconds or a date', () => {
  const cases: readonly [string | null, number | null][] = [
    [null, null],
    ['7', 7_000],
    ['Mon, 01 Jan 2024 00:00:30 GMT', 30_000],
    ['Sun, 31 Dec 2023 00:00:00 GMT', 0],
    ['soon', null],
  ];
  for (const [header, expected] of cases) assert.equal(decodeRetryAfter(header, now), expected, String(header));
});

test('every status has the class that programs act on', () => {
  const cases: readonly [number, string][] = [
    [400, 'MusterInvalidError'],
    [401, 'MusterUnauthorisedError'],
    [403, 'MusterUnauthorisedError'],
    [404, 'MusterNotFoundError'],
    [405, 'MusterApiError'],
    [409, 'MusterConflictError'],
    [412, 'MusterPreconditionFailedError'],
    [413, 'MusterInvalidError'],
    [415, 'MusterInvalidError'],
    [422, 'MusterInvalidError'],
    [429, 'MusterRateLimitedError'],
    [500, 'MusterApiError'],
    [502, 'MusterUnavailableError'],
    [503, 'MusterUnavailableError'],
    [504, 'MusterUnavailableError'],
  ];
  for (const [status, name] of cases) {
    const refusal = decodeRefusal({ status, text: '', requestId: null, retryAfter: '2' }, now);
    const error = apiErrorOf('GET /audiences', refusal);
    assert.deepEqual([error.name, error.status, error.retryAfterMs], [name, status, 2_000]);
  }
});
