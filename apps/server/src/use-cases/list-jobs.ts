import { setImmediate } from 'node:timers/promises';
import { audienceId, jobStatuses, type Scope, scheduleId } from '@muster/audience';
import type { JobQuery, Listed, Page } from '@muster/store';
import {
  encodeJob,
  type JobListRequest,
  type JobResource,
  type JobSurroundings,
  matchesPropertyFilter,
  type PropertyFilter,
} from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/** Jobs read at a time when conditions have to be checked here: each may have all audiences of the sandbox. */
const scanPageSize = 100;

/** The condition as a part of the store's query, or null when the store has no such condition. */
function storeCondition({ operator, path, elementPath, value }: PropertyFilter): Partial<JobQuery> | null {
  if (operator !== 'equals') return null;
  switch ([path.join('.'), ...(elementPath ?? [])].join('~')) {
    case 'status': {
      const status = jobStatuses.find((candidate) => candidate === value);
      return status === undefined ? null : { status };
    }
    case 'segments~segmentId':
      return { audienceId: audienceId(value) };
    case 'properties.scheduleId':
      return { scheduleId: scheduleId(value) };
    default:
      return null;
  }
}

/** The query for the store, and the conditions that are left to check on the resources. */
function planQuery(request: JobListRequest): { readonly query: JobQuery; readonly rest: readonly PropertyFilter[] } {
  let query: JobQuery = { sort: { key: request.sort.key, direction: request.sort.direction } };
  const rest: PropertyFilter[] = [];
  for (const filter of request.filters) {
    const condition = storeCondition(filter);
    // The store takes one value for an attribute; a second condition on it is checked here.
    const isTaken = condition !== null && Object.keys(condition).some((name) => Object.hasOwn(query, name));
    if (condition === null || isTaken) rest.push(filter);
    else query = { ...query, ...condition };
  }
  return { query, rest };
}

/**
 * A page of jobs, and how many match over all pages.
 *
 * Conditions on status, audience and schedule cost an index look-up. Any other is checked on every job that fulfils the
 * rest.
 */
export async function listJobs(
  { control }: Dependencies,
  scope: Scope,
  request: JobListRequest,
  around: JobSurroundings,
): Promise<Listed<JobResource>> {
  const { query, rest } = planQuery(request);
  const { limit } = request.page;
  const first = request.page.index * limit;
  const read = async (page: Page): Promise<Listed<JobResource>> => {
    const listed = await control.jobs.list(scope, query, page);
    return { items: listed.items.map((job) => encodeJob(job, around)), totalCount: listed.totalCount };
  };
  if (rest.length === 0) return read({ offset: first, limit });
  const items: JobResource[] = [];
  let totalCount = 0;
  for (let offset = 0; ; offset += scanPageSize) {
    const listed = await read({ offset, limit: scanPageSize });
    for (const resource of listed.items) {
      if (!rest.every((filter) => matchesPropertyFilter(resource, filter))) continue;
      if (totalCount >= first && items.length < limit) items.push(resource);
      totalCount += 1;
    }
    if (offset + scanPageSize >= listed.totalCount) return { items, totalCount };
    // The stores of one process may answer without waiting: other requests get their turn here.
    await setImmediate();
  }
}
