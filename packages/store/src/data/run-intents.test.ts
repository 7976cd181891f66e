import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { audienceId, Problem, type Scope } from '@muster/audience';
import { type Formula, renderSql } from '@muster/pql';
import { ClickHouseDataStore } from './clickhouse-data-store.ts';
import { type EmbeddedEngine, startEmbeddedEngine } from './open.ts';
import type { SqlClient } from './sql-client.ts';
import { batchRun, memberIds, record, testScope, untilDone, write } from './testing/world.ts';

const id = audienceId('all');
const everyone: Formula = { kind: 'everyone' };

/** The client of a real engine, which loses it before the members of a run are stored, so often. */
class UnluckyClient implements SqlClient {
  readonly #client: SqlClient;
  lossesLeft = 0;

  constructor(client: SqlClient) {
    this.#client = client;
  }

  readonly rows: SqlClient['rows'] = (query, signal) => this.#client.rows(query, signal);
  readonly stream: SqlClient['stream'] = (query, signal) => this.#client.stream(query, signal);
  readonly download: SqlClient['download'] = (query, format, signal) => this.#client.download(query, format, signal);
  readonly insert: SqlClient['insert'] = (target, lines) => this.#client.insert(target, lines);
  readonly close: SqlClient['close'] = () => this.#client.close();

  readonly command: SqlClient['command'] = async (statement, signal) => {
    if (this.lossesLeft > 0 && /^INSERT INTO \S*memberships\b/.test(renderSql(statement).text)) {
      this.lossesLeft -= 1;
      throw new Problem('engineUnavailable', [{ message: 'lost' }]);
    }
    await this.#client.command(statement, signal);
  };
}

describe('a run that logged changes and then lost the engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'muster-runs-'));
  let engine: EmbeddedEngine;
  let client: UnluckyClient;
  let store: ClickHouseDataStore;

  before(async () => {
    engine = await startEmbeddedEngine({ folder });
    client = new UnluckyClient(engine.client);
    store = new ClickHouseDataStore(client);
  });
  after(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const evaluate = (scope: Scope, runId: string, asOf: number, formula: Formula = everyone): Promise<unknown> =>
    store.runBatch(scope, batchRun(runId, asOf, [], { all: formula }), untilDone());
  const fail = async (scope: Scope, runId: string, asOf: number): Promise<void> => {
    client.lossesLeft = 1;
    await assert.rejects(evaluate(scope, runId, asOf), /lost/);
  };
  const log = async (scope: Scope): Promise<readonly string[]> =>
    (await store.changes(scope, id, { offset: 0, limit: 100 })).map(
      ({ profileId, status, at }) => `${profileId} ${status} at ${at}`,
    );

  it('shows none of them', async () => {
    const scope = testScope('none');
    await write(store, scope, [record('a', { name: 'Ann' })]);
    await fail(scope, 'lost', 1);
    assert.deepEqual(await log(scope), []);
    assert.deepEqual(await memberIds(store, scope, 'all'), []);
  });

  it('is followed by another: each change is logged once', async () => {
    const scope = testScope('other');
    await write(store, scope, [record('a', { name: 'Ann' })]);
    await fail(scope, 'lost', 1);
    await fail(scope, 'lost too', 2);
    await evaluate(scope, 'other', 3);
    assert.deepEqual(await log(scope), ['1 realized at 3']);
    await evaluate(scope, 'nobody', 4, { kind: 'not', operand: everyone });
    assert.deepEqual(await log(scope), ['1 realized at 3', '1 exited at 4']);
  });

  it('is repeated: each change is logged once', async () => {
    const scope = testScope('again');
    await write(store, scope, [record('a', { name: 'Ann' })]);
    await evaluate(scope, 'first', 1);
    await write(store, scope, [record('b', { name: 'Bob' })]);
    await fail(scope, 'second', 2);
    assert.deepEqual(await log(scope), ['1 realized at 1']);
    await evaluate(scope, 'second', 2);
    await evaluate(scope, 'second', 2);
    assert.deepEqual(await log(scope), ['1 realized at 1', '2 realized at 2']);
  });
});
