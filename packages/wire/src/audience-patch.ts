/** Patches of audiences: which fields they may change. */
import { type Audience, type Json, Problem } from '@muster/audience';
import type { AudienceResource } from './audience-schema.ts';
import type { NewAudience } from './decode-audience.ts';
import { decodeReplacement, immutable } from './decode-replacement.ts';
import { applyPatch, type PatchOperation, pointerOf } from './json-patch.ts';

type Kind = Audience['kind'];

/** Fields that a patch may set, and whether it may remove them. */
const writableFields: Readonly<Record<Kind, ReadonlyMap<string, 'removable' | 'lasting'>>> = {
  platform: new Map([
    ['name', 'lasting'],
    ['description', 'removable'],
    ['lifecycleState', 'lasting'],
    ['labels', 'removable'],
    ['tags', 'removable'],
    ['ttlInDays', 'removable'],
    ['schema', 'lasting'],
    ['expression', 'lasting'],
    ['mergePolicyId', 'removable'],
    ['evaluationInfo', 'removable'],
    ['overridePerformanceWarnings', 'removable'],
    ['ansibleDataModel', 'removable'],
    ['payloadSchema', 'removable'],
    ['profileInstanceId', 'lasting'],
  ]),
  external: new Map([
    ['name', 'lasting'],
    ['description', 'removable'],
    ['lifecycleState', 'lasting'],
    ['labels', 'removable'],
    ['tags', 'removable'],
    ['ttlInDays', 'removable'],
    ['schema', 'removable'],
    ['datasetId', 'removable'],
    ['linkedAudienceRef', 'removable'],
    ['audienceMeta', 'removable'],
  ]),
};

/** Fields that only the server sets, and those that never change. */
const serverFields: ReadonlySet<string> = new Set([
  ...['id', 'audienceId', 'namespace', 'originName', 'type', 'imsOrgId', 'sandbox', 'isSystem', '_etag'],
  ...[
    'createdBy',
    'lastModifiedBy',
    'creationTime',
    'createEpoch',
    'updateTime',
    'updateEpoch',
    'metrics',
    'recordMetrics',
  ],
  ...['dependents', 'dependencies', 'definedOn', 'dataGovernancePolicy', 'sourceId', 'state', 'ansibleUiEnabled'],
  'saveSegmentMembership',
]);

/** Names that stand for the machinery of JavaScript's objects, not for data. */
const prototypeKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

function refuse(operation: PatchOperation, message: string, expected?: string): Problem {
  const place = { message, field: `/${operation.index}/path` };
  return new Problem('audienceInvalid', [expected === undefined ? place : { ...place, expected }]);
}

/** The lists of an absent field are empty, so that the first item can be appended. */
const emptyLists = { labels: [], tags: [] } as const;

function isDeletion(operation: PatchOperation): boolean {
  if (operation.op === 'remove' || operation.path.length !== 1 || operation.path[0] !== 'lifecycleState') return false;
  return operation.value === 'deleted' || operation.value === 'archived';
}

/** Why an operation may not be applied to an audience of this kind; null when it may. */
function objectionTo(operation: PatchOperation, kind: Kind): Problem | null {
  const [field = ''] = operation.path;
  const prototypeKey = operation.path.find((part) => prototypeKeys.has(part));
  if (prototypeKey !== undefined) return refuse(operation, `\`${prototypeKey}\` is no field`);
  if (operation.op === 'test') return null;
  if (isDeletion(operation)) {
    return refuse(operation, 'lifecycle field can not be modified to Delete using Patch operation');
  }
  const access = writableFields[kind].get(field);
  if (access === undefined) {
    if (serverFields.has(field)) return immutable(field);
    const known = [...writableFields[kind].keys()].map((name) => `\`/${name}\``).join(', ');
    return refuse(operation, `\`/${field}\` is no field of this audience that can be changed`, known);
  }
  const isRemoved = operation.op === 'remove' && operation.path.length === 1;
  if (isRemoved && access === 'lasting') return refuse(operation, `\`${pointerOf(operation)}\` cannot be removed`);
  return null;
}

/**
 * What a patch makes of an audience whose resource this is, or why it cannot be. Null when nothing is to be written: a
 * patch without operations, or of tests that hold.
 */
export function decodePatched(
  operations: readonly PatchOperation[],
  resource: AudienceResource,
  stored: Audience,
): NewAudience | Problem | null {
  for (const operation of operations) {
    const objection = objectionTo(operation, stored.kind);
    if (objection !== null) return objection;
  }
  // The way through text makes plain JSON of the resource: no member that is undefined, none that is shared.
  const document: Json = JSON.parse(JSON.stringify({ ...emptyLists, ...resource }));
  const patched = applyPatch(document, operations);
  if (patched instanceof Problem) return patched;
  return operations.every(({ op }) => op === 'test') ? null : decodeReplacement(patched, stored);
}
