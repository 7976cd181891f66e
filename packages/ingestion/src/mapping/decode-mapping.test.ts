import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { builtInSchema } from '@muster/pql';
import { decodeMapping } from './decode-mapping.ts';
import { planMapping } from './plan-mapping.ts';

const regex = { compile: () => ({ error: 'no patterns here' }) };

const sound = {
  columns: { id: 'string', at: 'date-time', amount: 'number', country: 'string' },
  identity: { namespace: 'crm', value: 'id' },
  profile: { set: { 'homeAddress.country': 'country' } },
  event: {
    groupBy: 'id',
    set: { _id: 'id', timestamp: 'at', 'commerce.order.priceTotal': 'lines.sum(amount)' },
  },
};

/** The fields and messages of what is wrong, one line each. */
function findings(json: unknown): readonly string[] {
  try {
    planMapping(decodeMapping(json), builtInSchema, { asOf: 0, regex }, 100);
    return [];
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.equal(error.problem, 'mappingInvalid');
    return error.details.map(({ field, message }) => `${field}: ${message}`);
  }
}

test('a sound mapping has no findings', () => {
  assert.deepEqual(findings(sound), []);
});

test('everything wrong is reported at once, by JSON pointer', () => {
  const found = findings({
    format: 'xml',
    delimiter: ';;',
    missing: 'NA',
    colour: 1,
    columns: { a: 'text', 'b c': 'string', d: { type: 'date', format: 'QQ' } },
    identity: { namespace: '', value: 'nobody' },
    event: { set: { _id: 'd +' } },
  });
  const fields = found.map((line) => line.slice(0, line.indexOf(':')));
  for (const field of [
    '/colour',
    '/format',
    '/delimiter',
    '/missing',
    '/columns/a',
    '/columns/b c',
    '/columns/d',
    '/identity/namespace',
    '/identity/value',
    '/event/set/_id',
    '/event/set',
  ]) {
    assert.ok(fields.includes(field), `${field} in ${fields.join(' ')}`);
  }
});

test('what is no mapping at all is refused', () => {
  for (const json of [null, [], 'x', {}, { columns: {} }]) assert.notDeepEqual(findings(json), []);
});

test('an error in an expression is underlined', () => {
  assert.throws(
    () => decodeMapping({ ...sound, identity: { namespace: 'crm', value: 'ident' } }),
    (error) => {
      assert.ok(error instanceof Problem);
      assert.equal(error.details[0]?.excerpt, 'ident\n^^^^^');
      assert.deepEqual(error.details[0]?.position, { start: 0, end: 5 });
      return true;
    },
  );
});

test('a field that the schema does not have is refused', () => {
  assert.deepEqual(findings({ ...sound, profile: { set: { 'homeAddress.contry': 'country' } } }), [
    '/profile/set/homeAddress.contry: the schema has no field `homeAddress.contry`',
  ]);
});

test('a value that the field cannot take is refused', () => {
  assert.deepEqual(findings({ ...sound, profile: { set: { 'homeAddress.country': 'at' } } }), [
    '/profile/set/homeAddress.country: the value is a timestamp, the field a string',
  ]);
  assert.equal(findings({ ...sound, profile: { set: { homeAddress: 'country' } } }).length, 1);
  assert.equal(findings({ ...sound, event: { set: { ...sound.event.set, 'productListItems.SKU': 'id' } } }).length, 1);
});

test('a field and a part of it cannot both be set', () => {
  const open = { columns: sound.columns, identity: sound.identity };
  const set = { homeAddress: 'null', 'homeAddress.country': 'country' };
  assert.match(findings({ ...open, profile: { set } }).join(), /are both set/);
});

test('a mapping without outputs, and a time that is none, are refused', () => {
  assert.match(findings({ columns: sound.columns, identity: sound.identity }).join(), /neither `profile` nor `event`/);
  assert.match(findings({ ...sound, profile: { ...sound.profile, time: 'country' } }).join(), /of type string/);
});
