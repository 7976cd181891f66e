import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audienceId } from '@muster/audience';
import { type ControlStore, openSqliteControlStore } from '@muster/store';
import { testScope } from '../testing/test-scope.ts';
import { cacheAudiences } from './audience-cache.ts';

/** A write, of nothing. */
const write = (control: ControlStore, org: string): Promise<void> =>
  control.audiences.saveMetrics(testScope(org), new Map());

const scope = testScope('ONE@AdobeOrg');
const key = `${scope.org}/${scope.sandbox}`;
const id = audienceId('a');
const answer = { body: '{}', etag: '"1"' };

test('an answer is kept until its sandbox is written, and one that was read before a write is not', async (context) => {
  const opened = await openSqliteControlStore({ path: ':memory:' });
  context.after(() => opened.close());
  const { control, cache } = cacheAudiences(opened);
  const mark = cache.mark(key);
  cache.keep(key, id, answer, mark);
  assert.equal(cache.find(key, id), answer);
  assert.equal(cache.find('ONE@AdobeOrg/dev', id), undefined);
  await write(control, 'TWO@AdobeOrg');
  assert.equal(cache.find(key, id), answer);
  await write(control, scope.org);
  assert.equal(cache.find(key, id), undefined);
  cache.keep(key, id, answer, mark);
  assert.equal(cache.find(key, id), undefined);
  const during = write(control, scope.org);
  cache.keep(key, id, answer, cache.mark(key));
  await during;
  assert.equal(cache.find(key, id), undefined);
});

test('of more answers than are kept the oldest go first, whatever their sandbox', async (context) => {
  const opened = await openSqliteControlStore({ path: ':memory:' });
  context.after(() => opened.close());
  const { cache } = cacheAudiences(opened);
  const keep = (tenant: string, name: string): void => cache.keep(tenant, audienceId(name), answer, cache.mark(tenant));
  const has = (tenant: string, name: string): boolean => cache.find(tenant, audienceId(name)) !== undefined;
  keep('first', 'a');
  for (let count = 0; count < 9_999; count++) keep('second', String(count));
  assert.ok(has('first', 'a'));
  keep('first', 'b');
  assert.deepEqual([has('first', 'a'), has('first', 'b'), has('second', '0')], [false, true, true]);
  keep('third', 'c');
  assert.deepEqual(
    [has('first', 'b'), has('second', '0'), has('second', '1'), has('third', 'c')],
    [true, false, true, true],
  );
});
