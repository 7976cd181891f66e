/** Previews between wire and domain. */
import {
  type EpochMs,
  type Expression,
  estimateSize,
  type Preview,
  type PreviewOutcome,
  Problem,
  type TaskId,
  type TaskStatus,
  taskId,
} from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { profileClass } from './encode-audience.ts';
import { wireLimits } from './limits.ts';
import {
  type EstimateResource,
  NewPreviewBody,
  type PreviewResource,
  type PreviewResultsResource,
} from './preview-schema.ts';
import { decodeWholeNumber, type QueryParameters } from './query-parameters.ts';

/** Names of the class of people in requests; the second is the text of an older description. */
const profileModels: ReadonlySet<string> = new Set([profileClass, 'xdm.model.profile']);

const formats: Readonly<Record<string, Expression['format']>> = {
  'pql/text': 'pql/text',
  'pql/json': 'pql/json',
  pql: 'pql/text',
};

function wrongValue(name: string, expected: string): Problem {
  return new Problem('invalidBody', [{ message: `\`${name}\` has a wrong value`, field: `/${name}`, expected }]);
}

/** The rule a body asks about, or what is wrong with the body. */
export function decodeNewPreview(body: unknown): Expression | Problem {
  if (!Check(NewPreviewBody, body)) return new Problem('invalidBody', checkValue(NewPreviewBody, body));
  const { predicateExpression, predicateType = 'pql/text', predicateModel = profileClass } = body;
  const name = predicateType.toLowerCase();
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) return wrongValue('predicateType', '`pql/text` or `pql/json`');
  if (!profileModels.has(predicateModel)) return wrongValue('predicateModel', `\`${profileClass}\``);
  return { type: 'PQL', format, value: predicateExpression };
}

/** The base64 id of a preview: four parts, of which the third finds it. */
export function encodePreviewId({ id, number }: Pick<Preview, 'id' | 'number'>): string {
  // In reference samples the first two parts name the worker that runs the query.
  return btoa(`${number}:0:${id}:${number}`).replaceAll('=', '');
}

/** The preview an id names, padded or not; null when it is none that was ever given. */
export function decodePreviewId(text: string): TaskId | null {
  const parts = /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? decodeBase64(text).split(':') : [];
  const id = parts[2];
  return parts.length === 4 && id !== undefined && id !== '' ? taskId(id) : null;
}

function decodeBase64(text: string): string {
  const bare = text.replaceAll('=', '');
  // No number of bytes has this length.
  return bare.length % 4 === 1 ? '' : atob(bare);
}

const states: Readonly<Record<TaskStatus, string>> = {
  NEW: 'NEW',
  PROCESSING: 'RUNNING',
  CANCELLING: 'RUNNING',
  CANCELLED: 'CANCELLED',
  FAILED: 'FAILED',
  SUCCEEDED: 'RESULT_READY',
};

/** The resource of a preview. */
export function encodePreview(preview: Preview): PreviewResource {
  const state = states[preview.status];
  return {
    state,
    previewQueryId: preview.id,
    previewQueryStatus: state,
    previewId: encodePreviewId(preview),
    previewExecutionId: preview.number,
  };
}

/** Which of the profiles that were found to show. */
export interface PreviewPage {
  readonly offset: number;
  readonly limit: number;
}

/** The page a query asks for, or what is wrong with the query. */
export function decodePreviewPage(query: QueryParameters): PreviewPage | Problem {
  const offset = decodeWholeNumber(query, 'offset', 0);
  if (offset instanceof Problem) return offset;
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) return limit;
  return { offset: offset ?? 0, limit: Math.min(limit ?? wireLimits.previewPageMax, wireLimits.previewPageMax) };
}

/** A profile that a preview found. */
export interface PreviewMatch {
  readonly profileId: number;
  readonly identity: { readonly namespace: string; readonly id: string };
}

function encodeMatch({ profileId, identity }: PreviewMatch): PreviewResultsResource['results'][number] {
  const query = new URLSearchParams({
    'schema.name': profileClass,
    entityId: identity.id,
    entityIdNS: identity.namespace,
  });
  return {
    [String(profileId)]: {
      _href: `@/models/profile/${profileId}`,
      endCustomerIds: { [identity.id]: { _href: `@/access/entities?${query}` } },
    },
  };
}

/** A page of what a preview found, of `total` profiles it can show. */
export function encodePreviewResults(
  preview: Preview,
  page: PreviewPage,
  matches: readonly PreviewMatch[],
): PreviewResultsResource {
  const total = preview.outcome?.firstMatches.length ?? 0;
  const link = (offset: number): string => `@/preview/${encodePreviewId(preview)}?offset=${offset}&limit=${page.limit}`;
  return {
    results: matches.map(encodeMatch),
    page: { offset: page.offset, size: matches.length },
    links: {
      _self: link(page.offset),
      next: page.offset + page.limit < total ? link(page.offset + page.limit) : '',
      prev: page.offset > 0 ? link(Math.max(0, page.offset - page.limit)) : '',
    },
    state: states[preview.status],
  };
}

/** Before there is a result. */
const nothingSeen: PreviewOutcome = {
  totalProfiles: 0,
  profilesRead: 0,
  profilesMatched: 0,
  byNamespace: {},
  firstMatches: [],
};

/** The estimate of a preview, which is forgotten at `expiresAt`. */
export function encodeEstimate(preview: Preview, expiresAt: EpochMs): EstimateResource {
  const seen = preview.outcome ?? nothingSeen;
  const { size, standardError, low, high } = estimateSize(seen);
  return {
    estimatedSize: size,
    numRowsToRead: seen.profilesRead,
    totalRows: seen.totalProfiles,
    profilesReadSoFar: seen.profilesRead,
    profilesMatchedSoFar: seen.profilesMatched,
    standardError,
    confidenceInterval: '95%',
    state: states[preview.status],
    error: { description: preview.error?.message ?? '', traceback: '' },
    estimatedNamespaceDistribution: Object.entries(seen.byNamespace).map(([namespaceId, profilesMatchedSoFar]) => ({
      namespaceId,
      profilesMatchedSoFar,
    })),
    _links: { preview: `@/preview/${encodePreviewId(preview)}` },
    muster: {
      asOf: new Date(preview.request.asOf).toISOString(),
      progress: preview.progress,
      isExact: preview.outcome !== null && seen.profilesRead === seen.totalProfiles,
      interval: { low, high },
      expiresAt: new Date(expiresAt).toISOString(),
    },
  };
}
