/** What external audiences make to do, as JSON. */
import {
  audienceId,
  type ExternalCreationOutcome,
  type ExternalCreationRequest,
  type ExternalDefinition,
  type ExternalExpiryOutcome,
  type ExternalExpiryRequest,
  type ExternalField,
  type ExternalIngestion,
  type ExternalRunOutcome,
  type ExternalRunRequest,
  type ExternalSource,
  externalFieldTypes,
  externalSourceTypes,
} from '@muster/audience';
import {
  listOf,
  memberOf,
  numberOf,
  numberOrNullOf,
  objectOrNullOf,
  oneOf,
  textOf,
  textOrNullOf,
  textsOf,
  timeOf,
} from './row.ts';
import type { TaskKind } from './task-row.ts';

function decodeField(value: unknown): ExternalField {
  return {
    name: textOf(value, 'name'),
    type: oneOf(externalFieldTypes, value, 'type'),
    identityNs: textOrNullOf(value, 'identityNs'),
    labels: textsOf(value, 'labels'),
  };
}

function decodeSource(value: unknown): ExternalSource {
  return {
    path: textOf(value, 'path'),
    type: oneOf(externalSourceTypes, value, 'type'),
    sourceType: textOrNullOf(value, 'sourceType'),
    cloudType: textOrNullOf(value, 'cloudType'),
    baseConnectionId: textOrNullOf(value, 'baseConnectionId'),
    encryption: objectOrNullOf(value, 'encryption'),
  };
}

/** The files of an audience. */
export function decodeIngestion(value: unknown): ExternalIngestion {
  return { fields: listOf(value, 'fields', decodeField), source: decodeSource(memberOf(value, 'source')) };
}

function decodeDefinition(value: unknown): ExternalDefinition {
  return {
    ...decodeIngestion(value),
    name: textOf(value, 'name'),
    description: textOrNullOf(value, 'description'),
    customAudienceId: textOrNullOf(value, 'customAudienceId'),
    ttlInDays: numberOf(value, 'ttlInDays'),
    originName: textOf(value, 'originName'),
    namespace: textOf(value, 'namespace'),
    labels: textsOf(value, 'labels'),
    tags: textsOf(value, 'tags'),
  };
}

/** The making of external audiences among the tasks. */
export const externalCreationKind: TaskKind<ExternalCreationRequest, ExternalCreationOutcome> = {
  kind: 'external creation',
  decodeRequest: (value) => ({
    audienceId: audienceId(textOf(value, 'audienceId')),
    definition: decodeDefinition(memberOf(value, 'definition')),
  }),
  decodeOutcome: (value) => ({ audienceId: audienceId(textOf(value, 'audienceId')) }),
};

/** The reading of files into external audiences among the tasks. */
export const externalRunKind: TaskKind<ExternalRunRequest, ExternalRunOutcome> = {
  kind: 'external run',
  decodeRequest: (value) => ({
    audienceId: audienceId(textOf(value, 'audienceId')),
    audienceName: textOf(value, 'audienceName'),
    from: timeOf(value, 'from'),
    to: numberOrNullOf(value, 'to') === null ? null : timeOf(value, 'to'),
  }),
  decodeOutcome: (value) => ({
    files: numberOf(value, 'files'),
    rows: numberOf(value, 'rows'),
    rejected: numberOf(value, 'rejected'),
    members: numberOf(value, 'members'),
  }),
};

/** The ends of memberships among the tasks. */
export const externalExpiryKind: TaskKind<ExternalExpiryRequest, ExternalExpiryOutcome> = {
  kind: 'external expiry',
  decodeRequest: (value) => ({ audienceId: audienceId(textOf(value, 'audienceId')), at: timeOf(value, 'at') }),
  decodeOutcome: (value) => ({ exited: numberOf(value, 'exited') }),
};
