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

/** A cache and the store whose writes empty it. */
export function cacheAudiences(control: ControlStore): {
  readonly control: ControlStore;
  readonly cache: AudienceCache;
} {
  const marks = new Map<string, number>();
  const answers = new Map<string, { readonly answer: SentAudience; readonly mark: number }>();
  const markOf = (tenantKey: string): number => marks.get(tenantKey) ?? 0;

  /** Marks before and after: a read that overlaps the write may have seen either side of it. */
  async function writing<Result>({ org, sandbox }: Scope, write: () => Promise<Result>): Promise<Result> {
    const key = `${org}/${sandbox}`;
    marks.set(key, markOf(key) + 1);
    try {
      return await write();
    } finally {
      marks.set(key, markOf(key) + 1);
    }
  }

  const watched = watchWrites(control.audiences, writing);
  return {
    control: { ...control, audiences: watched, sandboxes: watchRemovals(control.sandboxes, writing) },
    cache: {
      mark: markOf,
      find(tenantKey, id) {
        const kept = answers.get(`${tenantKey}/${id}`);
        return kept?.mark === markOf(tenantKey) ? kept.answer : undefined;
      },
      keep(tenantKey, id, answer, mark) {
        if (mark !== markOf(tenantKey)) return;
        const [oldest] = answers.keys();
        if (answers.size >= answersMax && oldest !== undefined) answers.delete(oldest);
        answers.set(`${tenantKey}/${id}`, { answer, mark });
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
