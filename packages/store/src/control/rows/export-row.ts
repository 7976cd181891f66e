/** What exports ask and give, as JSON. */
import {
  audienceId,
  type EpochMs,
  type ExportEvents,
  type ExportFile,
  type ExportOutcome,
  type ExportRequest,
  type ExportSegment,
  exportFormats,
  exportStatuses,
} from '@muster/audience';
import { decodeJobAudience } from './job-row.ts';
import {
  booleanOf,
  listOf,
  memberOf,
  numberOf,
  numberOrNullOf,
  numbersOf,
  oneOf,
  textOf,
  textOrNullOf,
  textsOf,
  timeOf,
} from './row.ts';
import type { TaskKind } from './task-row.ts';

function timeOrNullOf(holder: unknown, name: string): EpochMs | null {
  return numberOrNullOf(holder, name) === null ? null : timeOf(holder, name);
}

function decodeSegment(value: unknown): ExportSegment {
  return {
    audienceId: audienceId(textOf(value, 'audienceId')),
    namespace: textOf(value, 'namespace'),
    statuses: listOf(value, 'statuses', (status) => oneOf(exportStatuses, { status }, 'status')),
  };
}

function decodeEvents(value: unknown): ExportEvents | null {
  if (value === null) return null;
  return { fields: textsOf(value, 'fields'), from: timeOrNullOf(value, 'from'), to: timeOrNullOf(value, 'to') };
}

function decodeRequest(value: unknown): ExportRequest {
  return {
    datasetId: textOf(value, 'datasetId'),
    schemaName: textOf(value, 'schemaName'),
    format: oneOf(exportFormats, value, 'format'),
    segmentPerBatch: booleanOf(value, 'segmentPerBatch'),
    fields: textsOf(value, 'fields'),
    segments: listOf(value, 'segments', decodeSegment),
    qualifiedFrom: timeOrNullOf(value, 'qualifiedFrom'),
    qualifiedTo: timeOrNullOf(value, 'qualifiedTo'),
    changedAfter: timeOrNullOf(value, 'changedAfter'),
    emptyProfiles: booleanOf(value, 'emptyProfiles'),
    events: decodeEvents(memberOf(value, 'events')),
    evaluate: memberOf(value, 'evaluate') === null ? null : listOf(value, 'evaluate', decodeJobAudience),
    mergePolicyId: textOf(value, 'mergePolicyId'),
    requestId: textOf(value, 'requestId'),
  };
}

const contents = ['profiles', 'events'] as const;

function decodeFile(value: unknown): ExportFile {
  const segmentId = textOrNullOf(value, 'segmentId');
  return {
    name: textOf(value, 'name'),
    content: oneOf(contents, value, 'content'),
    segmentId: segmentId === null ? null : audienceId(segmentId),
    rows: numberOf(value, 'rows'),
    bytes: numberOf(value, 'bytes'),
  };
}

function decodeOutcome(value: unknown): ExportOutcome {
  return {
    files: listOf(value, 'files', decodeFile),
    exportedProfiles: numberOf(value, 'exportedProfiles'),
    byNamespace: numbersOf(value, 'byNamespace'),
  };
}

/** Exports among the tasks. */
export const exportKind: TaskKind<ExportRequest, ExportOutcome> = { kind: 'export', decodeRequest, decodeOutcome };
