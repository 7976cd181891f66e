import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCases, loadCoverage, loadWorlds } from './index.ts';

const cases = await loadCases();
const worlds = await loadWorlds();
const { kinds, groups } = await loadCoverage();

/** The kinds that every function has, unless its group says why not. */
const commonKinds = ['null', 'missing', 'empty', 'type-error', 'boundary'];

test('the language has at least 1,600 cases', () => {
  assert.ok(cases.length >= 1_600, `${cases.length} cases`);
});

test('every case names an existing world and profiles of it', () => {
  const strangers = cases.filter(({ world, expected }) => {
    const profiles = worlds.get(world)?.profiles;
    if (profiles === undefined) return true;
    if (expected.kind === 'value') return !profiles.has(expected.profile);
    return expected.kind === 'members' && !expected.members.every((key) => profiles.has(key));
  });
  assert.deepEqual(strangers, []);
});

test('every world has a case', () => {
  const used = new Set(cases.map(({ world }) => world));
  assert.deepEqual(
    [...worlds.keys()].filter((name) => !used.has(name)),
    [],
  );
});

test('no two cases have one name', () => {
  const names = cases.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) < index),
    [],
  );
});

test('no case lists a member twice, and no two cases of a world ask the same', () => {
  const seen = new Set<string>();
  for (const { name, world, pql, expected } of cases) {
    if (expected.kind === 'members') assert.equal(new Set(expected.members).size, expected.members.length, name);
    const question = JSON.stringify([world, pql, expected.kind, expected.kind === 'value' ? expected.profile : null]);
    assert.ok(!seen.has(question), `asked twice: ${name}`);
    seen.add(question);
  }
});

test('an expected diagnostic underlines text of its expression', () => {
  for (const { name, pql, expected } of cases) {
    if (expected.kind !== 'diagnostics') continue;
    assert.ok(expected.diagnostics.length > 0, name);
    for (const { text } of expected.diagnostics) assert.ok(pql.includes(text), name);
  }
});

test('every function and form has a case of every kind it needs, and a case covers only what is needed', () => {
  const needed = groups.flatMap(({ features, needs }) =>
    features.flatMap((feature) => needs.map((kind) => `${feature}: ${kind}`)),
  );
  const covered = cases.flatMap(({ covers }) => covers.map(({ feature, kind }) => `${feature}: ${kind}`));
  assert.deepEqual([...new Set(needed)].sort(), needed.sort(), 'a feature is in one group');
  assert.deepEqual([...new Set(covered)].sort(), needed);
});

test('kinds are known, and a group that leaves out a common one says why', () => {
  for (const { features, needs, why } of groups) {
    assert.deepEqual(
      needs.filter((kind) => !kinds.has(kind)),
      [],
    );
    const isWhole = commonKinds.every((kind) => needs.includes(kind));
    assert.equal(why === null, isWhole, features.join(', '));
  }
});

test('a type error is a diagnostic', () => {
  for (const { name, covers, expected } of cases) {
    if (covers.some(({ kind }) => kind === 'type-error')) assert.equal(expected.kind, 'diagnostics', name);
  }
});
