/** Audiences in SQL. */
import {
  type Audience,
  type AudienceId,
  type AudienceMetrics,
  afterReport,
  decideVersion,
  type Etag,
  type ExternalExpiryRequest,
  etag,
  type LifecycleState,
  lifecycleStates,
  type MetricsReport,
  type NewTask,
  type OnceRequest,
  Problem,
  type Scope,
  type VersionCondition,
} from '@muster/audience';
import type { CompiledQuery } from 'kysely';
import type { AudienceQuery, AudienceStore, Listed, Page, SettleAudiences } from '../ports/control-store.ts';
import {
  type AudienceChange,
  type AudienceImage,
  type AudienceRow,
  changedAudiencesMax,
  countChange,
  imageOf,
  imagesOf,
  lockRows,
  recordChange,
} from './audience-changes.ts';
import { elementsOf, insertElements, takeElements } from './audience-elements.ts';
import { listAudienceIds } from './audience-list.ts';
import { findOnce, rememberOnce } from './audience-once.ts';
import { assertTransition, dependenciesOf, findDependents, writeReferences } from './audience-references.ts';
import { listCheckedIds } from './checked-audience-list.ts';
import { columnText } from './column-text.ts';
import type { ControlDatabase, ControlDialect, ControlTransaction } from './dialect/control-dialect.ts';
import { insertTask } from './insert-task.ts';
import { ListMemory } from './list-memory.ts';
import { findAudiences, settleAudiences } from './related-audiences.ts';
import {
  decodeAudience,
  encodeAudience,
  encodeAudienceColumns,
  encodeAudienceDocument,
  encodeAudienceMetrics,
  sortedSize,
} from './rows/audience-row.ts';
import { externalExpiryKind } from './rows/external-row.ts';
import { oneOf } from './rows/row.ts';
import { inTenant, onceClaim, referencesClaim, reportsClaim } from './tenant.ts';

/** The query of `find`, compiled once: its parameters are organisation, sandbox and id. */
function compileFind(database: ControlDatabase): CompiledQuery<unknown> {
  return database
    .selectFrom('audience_documents')
    .select(['document', 'metrics'])
    .where('org', '=', '')
    .where('sandbox', '=', '')
    .where('id', '=', '')
    .compile();
}

function alreadyExists(audience: Audience, cause: unknown): Problem {
  const message = `the namespace \`${audience.namespace}\` has the audienceId \`${audience.externalId}\` already`;
  return new Problem('audienceExists', [{ message, field: '/audienceId' }], { cause });
}

const stateOf = (row: AudienceRow): LifecycleState => oneOf(lifecycleStates, row, 'lifecycle');

/** The image with another size, if one is given. */
function withSize({ row, elements }: AudienceImage, size: number | undefined): AudienceImage {
  return { row: { ...row, total_profiles: size ?? row.total_profiles }, elements };
}

/** Stores the size of an audience, if there is one. */
async function writeMetrics(
  transaction: ControlTransaction,
  scope: Scope,
  id: AudienceId,
  metrics: NonNullable<Audience['metrics']>,
): Promise<void> {
  await transaction
    .updateTable('audiences')
    .set({ total_profiles: sortedSize(metrics) })
    .where(inTenant(scope, 'audiences'))
    .where('id', '=', columnText(id))
    .execute();
  await transaction
    .updateTable('audience_documents')
    .set({ metrics: encodeAudienceMetrics(metrics) })
    .where(inTenant(scope, 'audience_documents'))
    .where('id', '=', columnText(id))
    .execute();
}

const anyVersion: VersionCondition = { kind: 'none' };
const versionOf = (expected: Etag): VersionCondition => ({ kind: 'versions', versions: [expected] });

/** The row that was found of an audience. Throws `audienceNotFound`, or `preconditionFailed`. */
function assertVersion(stored: AudienceRow | undefined, id: AudienceId, condition: VersionCondition): AudienceRow {
  if (stored === undefined) throw new Problem('audienceNotFound', [{ message: `no audience \`${id}\`` }]);
  const refusal = decideVersion(condition, etag(stored.etag));
  if (refusal !== null) throw refusal;
  return stored;
}

/** Stores a new audience; its references were claimed if it has any. */
async function insertAudience(transaction: ControlTransaction, scope: Scope, audience: Audience): Promise<void> {
  const row = encodeAudience(scope, audience);
  await transaction.insertInto('audiences').values(row).execute();
  await transaction
    .insertInto('audience_documents')
    .values({
      org: row.org,
      sandbox: row.sandbox,
      id: row.id,
      document: encodeAudienceDocument(audience),
      metrics: encodeAudienceMetrics(audience.metrics),
    })
    .execute();
  await insertElements(transaction, scope, audience);
  const dependencies = dependenciesOf(audience);
  if (dependencies.length > 0) {
    await writeReferences(transaction, scope, audience.id, dependencies);
    await assertTransition(transaction, scope, audience.id, { from: 'new', to: audience.lifecycleState });
  }
  await recordChange(transaction, scope, { before: [], after: [imageOf(scope, audience)] });
}

/** Stores an audience in place of what `stored` is the locked row of; gives the change, which is not recorded yet. */
async function replaceAudience(
  transaction: ControlTransaction,
  scope: Scope,
  stored: AudienceRow,
  audience: Audience,
): Promise<AudienceChange> {
  const { id, lifecycleState } = audience;
  const columns = encodeAudienceColumns(audience);
  await transaction
    .updateTable('audiences')
    .set(columns)
    .where(inTenant(scope, 'audiences'))
    .where('id', '=', columnText(id))
    .execute();
  await transaction
    .updateTable('audience_documents')
    .set({ document: encodeAudienceDocument(audience) })
    .where(inTenant(scope, 'audience_documents'))
    .where('id', '=', columnText(id))
    .execute();
  const elements = await takeElements(transaction, scope, id);
  await insertElements(transaction, scope, audience);
  await writeReferences(transaction, scope, id, dependenciesOf(audience));
  await assertTransition(transaction, scope, id, { from: stateOf(stored), to: lifecycleState });
  return {
    before: [{ row: stored, elements }],
    after: [{ row: { ...stored, ...columns }, elements: elementsOf(audience) }],
  };
}

/** The adapter of the port; what the calls promise is written there. */
export class SqlAudienceStore implements AudienceStore {
  readonly #dialect: ControlDialect;
  readonly #database: ControlDatabase;
  readonly #find: CompiledQuery<unknown>;
  readonly #memory = new ListMemory();

  constructor(dialect: ControlDialect) {
    this.#dialect = dialect;
    this.#database = dialect.database;
    this.#find = compileFind(dialect.database);
  }

  create(scope: Scope, audience: Audience, settle?: SettleAudiences): Promise<Audience> {
    return this.#write(audience, async (transaction) => {
      const settled = await this.#claimNew(transaction, scope, audience, settle);
      await insertAudience(transaction, scope, settled);
      return settled;
    });
  }

  createOnce(scope: Scope, audience: Audience, request: OnceRequest, settle?: SettleAudiences): Promise<Audience> {
    return this.#write(audience, async (transaction) => {
      // Before the references, in every transaction that claims both.
      await this.#dialect.claim(transaction, onceClaim(scope));
      const earlier = await findOnce(transaction, scope, request);
      if (earlier !== null) return earlier;
      const settled = await this.#claimNew(transaction, scope, audience, settle);
      await rememberOnce(transaction, scope, request, settled);
      await insertAudience(transaction, scope, settled);
      return settled;
    });
  }

  findOnce(scope: Scope, request: OnceRequest): Promise<Audience | null> {
    return findOnce(this.#database, scope, request);
  }

  async find(scope: Scope, id: AudienceId): Promise<Audience | null> {
    const parameters = [scope.org, scope.sandbox, columnText(id)];
    const { rows } = await this.#database.executeQuery({ ...this.#find, parameters });
    return rows.length === 0 ? null : decodeAudience(rows[0]);
  }

  async findMany(scope: Scope, ids: readonly AudienceId[]): Promise<readonly Audience[]> {
    const found = new Map((await findAudiences(this.#database, scope, ids)).map((audience) => [audience.id, audience]));
    return ids.map((id) => found.get(id)).filter((audience) => audience !== undefined);
  }

  async list(scope: Scope, query: AudienceQuery, page: Page): Promise<Listed<Audience>> {
    const { check } = query;
    const { items, totalCount } = await (check === undefined
      ? listAudienceIds(this.#dialect, this.#memory, { scope, query, page })
      : listCheckedIds(this.#dialect, this.#memory, { scope, query, check }, page));
    return { items: await this.findMany(scope, items), totalCount };
  }

  async listForBatch(scope: Scope): Promise<readonly Audience[]> {
    const rows: readonly unknown[] = await this.#database
      .selectFrom('audiences')
      .innerJoin('audience_documents', (join) =>
        join
          .onRef('audience_documents.org', '=', 'audiences.org')
          .onRef('audience_documents.sandbox', '=', 'audiences.sandbox')
          .onRef('audience_documents.id', '=', 'audiences.id'),
      )
      .select(['audience_documents.document', 'audience_documents.metrics'])
      .where(inTenant(scope, 'audiences'))
      .where('audiences.lifecycle', '=', 'published')
      .where('audiences.kind', '=', 'platform')
      .orderBy('audiences.created_at')
      .orderBy('audiences.id')
      .execute();
    return rows.map(decodeAudience);
  }

  replace(scope: Scope, audience: Audience, expected: Etag, settle?: SettleAudiences): Promise<Audience> {
    return this.#write(audience, (transaction) => this.#replace(transaction, scope, audience, { expected, settle }));
  }

  replaceWithExpiry(
    scope: Scope,
    audience: Audience,
    expected: Etag,
    expiry: NewTask<ExternalExpiryRequest>,
  ): Promise<Audience> {
    return this.#write(audience, async (transaction) => {
      // First, since the count of changes is the last thing that is locked.
      await insertTask(this.#dialect, transaction, { scope, kind: externalExpiryKind.kind }, expiry);
      return this.#replace(transaction, scope, audience, { expected });
    });
  }

  async delete(scope: Scope, id: AudienceId, condition = anyVersion): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      const stored = await this.#claimStored(transaction, scope, id, condition);
      await assertTransition(transaction, scope, id, { from: stateOf(stored), to: 'deleted' });
      const elements = await takeElements(transaction, scope, id);
      await transaction
        .deleteFrom('audiences')
        .where(inTenant(scope, 'audiences'))
        .where('id', '=', columnText(id))
        .execute();
      await recordChange(transaction, scope, { before: [{ row: stored, elements }], after: [] });
    });
  }

  dependentsOf(scope: Scope, ids: readonly AudienceId[]): Promise<ReadonlyMap<AudienceId, readonly AudienceId[]>> {
    return findDependents(this.#database, scope, ids);
  }

  async saveMetrics(scope: Scope, metrics: ReadonlyMap<AudienceId, AudienceMetrics>): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      // In the order of ids, so that two evaluations that end together cannot wait for each other.
      const byId = [...metrics].sort(([left], [right]) => (left < right ? -1 : 1));
      await this.#writeSizes(transaction, scope, [...metrics.keys()], async (sizes) => {
        for (const [id, found] of byId) {
          await writeMetrics(transaction, scope, id, found);
          sizes.set(columnText(id), sortedSize(found));
        }
      });
    });
  }

  async #replace(
    transaction: ControlTransaction,
    scope: Scope,
    audience: Audience,
    { expected, settle }: { readonly expected: Etag; readonly settle?: SettleAudiences | undefined },
  ): Promise<Audience> {
    await this.#dialect.claim(transaction, referencesClaim(scope));
    const settled = await settleAudiences(transaction, scope, audience, settle);
    // All at once, so that they are locked in the order of ids.
    const rows = await lockRows(this.#dialect, transaction, scope, [...settled.keys()]);
    const stored = new Map(rows.map((row) => [row.id, row]));
    const changes: AudienceChange[] = [];
    for (const [id, next] of settled) {
      const condition = id === audience.id ? versionOf(expected) : anyVersion;
      const row = assertVersion(stored.get(columnText(id)), id, condition);
      changes.push(await replaceAudience(transaction, scope, row, next));
    }
    await recordChange(transaction, scope, {
      before: changes.flatMap(({ before }) => before),
      after: changes.flatMap(({ after }) => after),
    });
    return settled.get(audience.id) ?? audience;
  }

  /** The audience as it is to be stored, with the references of the tenant claimed if it has any. */
  async #claimNew(
    transaction: ControlTransaction,
    scope: Scope,
    audience: Audience,
    settle: SettleAudiences | undefined,
  ): Promise<Audience> {
    if (dependenciesOf(audience).length === 0) return audience;
    await this.#dialect.claim(transaction, referencesClaim(scope));
    return (await settleAudiences(transaction, scope, audience, settle)).get(audience.id) ?? audience;
  }

  async reportMetrics(scope: Scope, reports: ReadonlyMap<AudienceId, MetricsReport>): Promise<void> {
    await this.#database.transaction().execute(async (transaction) => {
      // Two reports on one audience take turns: each keeps the counts of the other.
      await this.#dialect.claim(transaction, reportsClaim(scope));
      await this.#writeSizes(transaction, scope, [...reports.keys()], async (sizes) => {
        const audiences = await findAudiences(transaction, scope, [...reports.keys()]);
        const found = new Map(audiences.map((audience) => [audience.id, audience]));
        for (const [id, report] of reports) {
          const stored = found.get(id);
          if (stored?.kind !== 'external') continue;
          const metrics = afterReport(stored.metrics, report);
          await writeMetrics(transaction, scope, id, metrics);
          sizes.set(columnText(id), sortedSize(metrics));
        }
      });
    });
  }

  /** Records the change of the sizes of `ids`; `write` stores them, and notes the sizes by id as columns hold it. */
  async #writeSizes(
    transaction: ControlTransaction,
    scope: Scope,
    ids: readonly AudienceId[],
    write: (sizes: Map<string, number>) => Promise<void>,
  ): Promise<void> {
    const sizes = new Map<string, number>();
    const isLarge = ids.length > changedAudiencesMax;
    const rows = isLarge ? [] : await lockRows(this.#dialect, transaction, scope, ids);
    const images = await imagesOf(transaction, scope, rows);
    await write(sizes);
    if (isLarge) {
      await countChange(transaction, scope);
      return;
    }
    // Also where a size is what it was: the rest of its metrics is not.
    const written = images.filter(({ row }) => sizes.has(row.id));
    await recordChange(transaction, scope, {
      before: written,
      after: written.map((image) => withSize(image, sizes.get(image.row.id))),
    });
  }

  async #write<Result>(
    audience: Audience,
    work: (transaction: ControlTransaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await this.#database.transaction().execute(work);
    } catch (error) {
      throw this.#dialect.isUniqueViolation(error) ? alreadyExists(audience, error) : error;
    }
  }

  /**
   * The row of an audience whose version is as demanded. It stays until the end of the transaction, and so do the states
   * of others, since every write to an audience that exists, but for its size, claims the tenant's references first.
   */
  async #claimStored(
    transaction: ControlTransaction,
    scope: Scope,
    id: AudienceId,
    condition: VersionCondition,
  ): Promise<AudienceRow> {
    await this.#dialect.claim(transaction, referencesClaim(scope));
    const [stored] = await lockRows(this.#dialect, transaction, scope, [id]);
    return assertVersion(stored, id, condition);
  }
}
