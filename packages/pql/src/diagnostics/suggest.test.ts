import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestName } from './suggest.ts';

function check(name: string, candidates: readonly string[], expected: string | null): void {
  assert.equal(nearestName(name, candidates), expected);
}

test('a name with a letter too many, too few, wrong or exchanged is found', () => {
  check('agee', ['name', 'age'], 'age');
  check('countryIS', ['countryISO', 'country'], 'countryISO');
  check('strartsWith', ['endsWith', 'startsWith'], 'startsWith');
  check('nmae', ['name', 'mane'], 'name');
});

test('letter case counts for nothing', () => check('STARTSWITH', ['endsWith', 'startsWith'], 'startsWith'));

test('a beginning of three letters is enough', () => check('cou', ['person', 'countryISO'], 'countryISO'));

test('a spelling mistake comes before a beginning', () => check('names', ['namesOfThings', 'name'], 'name'));

test('a longer name comes before a beginning of what was written', () => {
  check('getDay', ['get', 'getDayOfMonth'], 'getDayOfMonth');
  check('countryISO', ['country', 'city'], 'country');
  check('getHour', ['get'], null);
});

test('what is not alike is not suggested', () => {
  check('x', ['y'], null);
  check('city', ['loyalty'], null);
  check('', ['a'], null);
  check('a'.repeat(100), ['a'.repeat(99)], null);
});
