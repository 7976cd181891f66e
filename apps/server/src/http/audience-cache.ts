/**
 * Audiences in the form they are sent, kept until something in their sandbox is written.
 *
 * INVARIANT: every write to audiences goes through the store this gives. So the cache is used only when no other
 * process can write: with SQLite, whose folder is locked, not with PostgreSQL.
 */
import type { AudienceId, Scope } from '@muster/audience';
import type { AudienceStore, ControlStore, SandboxStore } from '@muster/store';

/** An answer, ready to send. */
export interface SentAudience {
  readonly body: string;
  readonly etag: string;
}

/** Answers by audience. */
export interface AudienceCache {
  find(tenantKey: string, id: AudienceId): SentAudience | undefined;
  /** A mark to take before reading what is to be kept. */
  mark(tenantKey: string): number;
  /** Keeps an answer unless something was written in its sandbox since the mark. */
  keep(tenantKey: string, id: AudienceId, answer: SentAudience, mark: number): void;
}

/** Greatest number of answers kept, about 2 KB each. */
const answersMax = 10_000;

/** Carries out a write of a tenant. */
type Writing = <Result>(scope: Scope, write: () => Promise<Result>) => Promise<Result>;

/** A store whose writes go through `writing`. */
function watchWrites(audiences: AudienceStore, writing: Writing): AudienceStore {
  return {
    create: (scope, audience, settle) => writing(scope, () => audiences.create(scope, audience, settle)),
    createOnce: (scope, audience, request, settle) =>
      writing(scope, () => audiences.createOnce(scope, audience, request, settle)),
    replace: (scope, audience, expected, settle) =>
      writing(scope, () => audiences.replace(scope, audience, expected, settle)),
    replaceWithExpiry: (scope, audience, expected, expiry) =>
      writing(scope, () => audiences.replaceWithExpiry(scope, audience, expected, expiry)),
    delete: (scope, id, condition) => writing(scope, () => audiences.delete(scope, id, condition)),
    saveMetrics: (scope, metrics) => writing(scope, () => audiences.saveMetrics(scope, metrics)),
    reportMetrics: (scope, reports) => writing(scope, () => audiences.reportMetrics(scope, reports)),
    findOnce: (scope, request) => audiences.findOnce(scope, request),
    find: (scope, id) => audiences.find(scope, id),
    findMany: (scope, ids) => audiences.findMany(scope, ids),
    list: (scope, query, page) => audiences.list(scope, query, page),
    listForBatch: (scope) => audiences.listForBatch(scope),
    dependentsOf: (scope, ids) => audiences.dependentsOf(scope, ids),
  };
}

/** Sandboxes whose removal goes through `writing`. */
function watchRemovals(sandboxes: SandboxStore, writing: Writing): SandboxStore {
  return {
    finishRemoval: (scope) => writing(scope, () => sandboxes.finishRemoval(scope)),
    ensure: (scope, at) => sandboxes.ensure(scope, at),
    create: (scope, at, title) => sandboxes.create(scope, at, title),
    find: (scope, name) => sandboxes.find(scope, name),
    list: (scope) => sandboxes.list(scope),
    rename: (scope, title, at) => sandboxes.rename(scope, title, at),
    beginRemoval: (scope, state) => sandboxes.beginRemoval(scope, state),
    listRemovalsEverywhere: () => sandboxes.listRemovalsEverywhere(),
  };
}

/** What is kept of a sandbox: nothing that was read before its mark. */
interface Kept {
  mark: number;
  readonly answers: Map<AudienceId, KeptAnswer>;
}

interface KeptAnswer {
  readonly kept: Kept;
  readonly id: AudienceId;
  readonly answer: SentAudience;
}

/** A cache and the store whose writes empty it. */
export function cacheAudiences(control: ControlStore): {
  readonly control: ControlStore;
  readonly cache: AudienceCache;
} {
  const tenants = new Map<string, Kept>();
  /** Those of all sandboxes, the oldest first. */
  const answers = new Set<KeptAnswer>();

  function keptOf(tenantKey: string): Kept {
    const known = tenants.get(tenantKey);
    if (known !== undefined) return known;
    const kept: Kept = { mark: 0, answers: new Map() };
    tenants.set(tenantKey, kept);
    return kept;
  }

  function drop(one: KeptAnswer): void {
    answers.delete(one);
    one.kept.answers.delete(one.id);
  }

  function empty(kept: Kept): void {
    kept.mark += 1;
    for (const one of kept.answers.values()) drop(one);
  }

  /** Empties before and after: a read that overlaps the write may have seen either side of it. */
  async function writing<Result>({ org, sandbox }: Scope, write: () => Promise<Result>): Promise<Result> {
    const kept = keptOf(`${org}/${sandbox}`);
    empty(kept);
    try {
      return await write();
    } finally {
      empty(kept);
    }
  }

  const watched = watchWrites(control.audiences, writing);
  return {
    control: { ...control, audiences: watched, sandboxes: watchRemovals(control.sandboxes, writing) },
    cache: {
      mark: (tenantKey) => tenants.get(tenantKey)?.mark ?? 0,
      find: (tenantKey, id) => tenants.get(tenantKey)?.answers.get(id)?.answer,
      keep(tenantKey, id, answer, mark) {
        const kept = keptOf(tenantKey);
        if (mark !== kept.mark || kept.answers.has(id)) return;
        const [oldest] = answers;
        if (answers.size >= answersMax && oldest !== undefined) drop(oldest);
        const one: KeptAnswer = { kept, id, answer };
        kept.answers.set(id, one);
        answers.add(one);
      },
    },
  };
}

/** A cache that keeps nothing, for stores that other processes write to. */
export const noAudienceCache: AudienceCache = {
  find: () => undefined,
  mark: () => 0,
  keep: () => undefined,
};
