import { after, suite } from 'node:test';
import { type ControlStore, openSqliteControlStore } from '@muster/store';
import { describeWriters } from '../testing/writers.ts';

suite('writers that meet in SQLite', () => {
  const opened: ControlStore[] = [];
  after(() => Promise.all(opened.map((store) => store.close())));
  describeWriters(async () => {
    const store = await openSqliteControlStore({ path: ':memory:' });
    opened.push(store);
    return [store, store];
  });
});
