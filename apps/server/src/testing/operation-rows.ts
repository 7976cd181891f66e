/**
 * What the walks over all operations need to know beyond the description: which resource a path names, and what to send
 * that names one in a body. An operation of a tenant that has no row fails the walks: whoever adds one says here how
 * another tenant could reach for it.
 */
import assert from 'node:assert/strict';
import type { InjectOptions } from 'fastify';
import { fillPath, type Operation } from '../http/operations.ts';
import type { Ids, ResourceName } from './example-world.ts';

/** How an operation can be used to reach for what belongs to another tenant. */
export interface OperationRow {
  /** The resource that each parameter of the path is the id of. */
  readonly path?: Readonly<Record<string, ResourceName>>;
  /** Query parameters that name resources. */
  readonly query?: (ids: Ids) => Readonly<Record<string, string>>;
  /** A body that names resources, or that collides with one if tenants are not kept apart. */
  readonly body?: (ids: Ids) => unknown;
  /** The status when the ids are another tenant's: 404 for paths, and what the operation says otherwise. */
  readonly foreign: number;
  /** The status when the ids are one's own. */
  readonly own: number;
  /** The resource belongs to the organisation: its other sandboxes see it too. */
  readonly isOfOrganisation?: true;
  /** Ids in its examples that stand for other resources than elsewhere. */
  readonly exampleIds?: Readonly<Record<string, ResourceName>>;
  /** The operation makes or removes one of these, so that walks can count. */
  readonly makes?: ResourceName;
  readonly removes?: ResourceName;
}

const rule = { type: 'PQL', format: 'pql/text', value: 'homeAddress.country = "US"' };
const definition = { name: 'the same', schema: { name: '_xdm.context.profile' }, expression: rule };
const external = { type: 'ExternalSegment', namespace: 'crm', name: 'the same' };

const exported = { destination: { datasetId: 'same' }, schema: { name: '_xdm.context.profile' } };
const searched = { 'schema.name': '_xdm.context.segmentdefinition', namespace: 'AEPSegments' };
const fromFiles = {
  name: 'the same',
  fields: [{ name: 'email', type: 'string', identityNs: 'Email' }],
  sourceSpec: { params: { path: 'people.csv', type: 'file' } },
  originName: 'CUSTOM_UPLOAD',
};

/** The rows by operation id. */
export const operationRows: Readonly<Record<string, OperationRow>> = {
  createAudience: { body: () => ({ ...external, audienceId: 'same' }), foreign: 200, own: 200, makes: 'audience' },
  listAudiences: { query: (ids) => ({ property: `id==${ids.audience}` }), foreign: 200, own: 200 },
  getAudience: { path: { id: 'audience' }, foreign: 404, own: 200 },
  deleteAudience: { path: { id: 'audience' }, foreign: 404, own: 204, removes: 'audience' },
  patchAudience: {
    path: { id: 'audience' },
    body: () => [{ op: 'add', path: '/description', value: 'changed' }],
    foreign: 404,
    own: 200,
  },
  replaceAudience: {
    path: { id: 'audience' },
    body: () => ({ name: 'replaced', expression: { type: 'PQL', format: 'pql/text', value: 'true' } }),
    foreign: 404,
    own: 200,
  },
  bulkGetAudiences: { body: (ids) => ({ ids: [{ id: ids.audience }] }), foreign: 404, own: 207 },
  // What is refused is said in the report.
  bulkPatchAudienceMetrics: {
    body: (ids) => {
      const operations = [{ op: 'add', path: '/metrics/data', value: { totalProfiles: 12 } }];
      return {
        jobId: 'nightly',
        jobType: 'export',
        resources: [{ audienceId: ids.audience, namespace: 'crm', operations }],
      };
    },
    foreign: 207,
    own: 207,
  },
  listMembers: { path: { id: 'audience' }, foreign: 404, own: 200 },
  exportMembers: { path: { id: 'audience' }, foreign: 404, own: 200 },
  createSegmentJob: { body: (ids) => [{ segmentId: ids.audience }], foreign: 404, own: 200 },
  listSegmentJobs: { query: (ids) => ({ property: `segments~segmentId==${ids.audience}` }), foreign: 200, own: 200 },
  getSegmentJob: { path: { id: 'job' }, foreign: 404, own: 200 },
  // The job of the example has ended.
  cancelSegmentJob: { path: { id: 'job' }, foreign: 404, own: 400 },
  bulkGetSegmentJobs: {
    body: (ids) => ({ ids: [{ id: ids.job }] }),
    foreign: 404,
    own: 207,
    exampleIds: { '0a4ad5a8-2f0c-4f4f-9b4b-2f5f1c1f0f6d': 'job' },
  },
  createSegmentDefinition: { body: () => definition, foreign: 200, own: 200, makes: 'audience' },
  listSegmentDefinitions: { foreign: 200, own: 200 },
  getSegmentDefinition: { path: { id: 'audience' }, foreign: 404, own: 200 },
  updateSegmentDefinition: {
    path: { id: 'audience' },
    body: () => ({ description: 'changed' }),
    foreign: 404,
    own: 200,
  },
  deleteSegmentDefinition: { path: { id: 'audience' }, foreign: 404, own: 200, removes: 'audience' },
  bulkGetSegmentDefinitions: { body: (ids) => ({ ids: [{ id: ids.audience }] }), foreign: 404, own: 207 },
  convertSegmentDefinition: { body: () => definition, foreign: 200, own: 200 },
  createSchedule: {
    body: () => ({ name: 'the same', type: 'batch_segmentation', properties: { segments: ['*'] } }),
    foreign: 200,
    own: 200,
    makes: 'schedule',
  },
  listSchedules: { foreign: 200, own: 200 },
  getSchedule: { path: { id: 'schedule' }, foreign: 404, own: 200 },
  updateSchedule: {
    path: { id: 'schedule' },
    body: () => [{ op: 'add', path: '/state', value: 'inactive' }],
    foreign: 404,
    own: 204,
  },
  deleteSchedule: { path: { id: 'schedule' }, foreign: 404, own: 204, removes: 'schedule' },
  addAudiencesToSchedule: {
    body: (ids) => ({ id: ids.schedule, segments: [ids.audience] }),
    foreign: 404,
    own: 200,
  },
  removeAudiencesFromSchedule: {
    body: (ids) => ({ id: ids.schedule, segments: [ids.audience] }),
    foreign: 404,
    own: 200,
  },
  mapAudiencesToSchedules: { body: (ids) => ({ segments: [ids.audience] }), foreign: 200, own: 200 },
  triggerSchedule: { body: (ids) => ({ id: ids.schedule }), foreign: 404, own: 200 },
  createPreview: {
    body: (ids) => ({ predicateExpression: `inSegment("${ids.audience}")` }),
    foreign: 400,
    own: 201,
  },
  getPreview: { path: { id: 'preview' }, foreign: 404, own: 200 },
  cancelPreview: { path: { id: 'preview' }, foreign: 404, own: 200, removes: 'preview' },
  getEstimate: { path: { id: 'preview' }, foreign: 404, own: 200 },
  createExportJob: {
    body: (ids) => ({ ...exported, filter: { segments: [{ segmentId: ids.audience }] } }),
    foreign: 404,
    own: 200,
  },
  listExportJobs: { foreign: 200, own: 200 },
  listExportJobsAlias: { foreign: 200, own: 200 },
  getExportJob: { path: { id: 'export' }, foreign: 404, own: 200 },
  // The job of the example has ended.
  cancelExportJob: { path: { id: 'export' }, foreign: 404, own: 400 },
  getExportFile: { path: { id: 'export', name: 'exportFile' }, foreign: 404, own: 200 },
  searchNamespaces: { query: () => searched, foreign: 200, own: 200 },
  searchEntities: { query: () => searched, foreign: 200, own: 200 },
  searchTaxonomy: { query: (ids) => ({ ...searched, entityId: ids.audience }), foreign: 404, own: 200 },
  createExternalAudience: { body: () => fromFiles, foreign: 202, own: 202 },
  createExternalAudienceAlias: { body: () => fromFiles, foreign: 202, own: 202 },
  createAudienceMetadata: {
    query: () => ({ createAudienceMetaOnly: 'true' }),
    body: () => ({ name: 'the same', namespace: 'partner', audienceId: 'same' }),
    foreign: 200,
    own: 200,
    makes: 'audience',
  },
  getExternalOperation: { path: { id: 'externalOperation' }, foreign: 404, own: 200 },
  getExternalOperationAlias: { path: { id: 'externalOperation' }, foreign: 404, own: 200 },
  changeExternalAudience: {
    path: { id: 'external' },
    body: () => ({ description: 'changed' }),
    foreign: 404,
    own: 200,
  },
  // The run of the example has given it members.
  extendExternalAudience: { path: { id: 'external' }, body: () => ({}), foreign: 404, own: 200 },
  startExternalRun: { path: { id: 'external' }, body: () => ({ dataFilterStartTime: 0 }), foreign: 404, own: 200 },
  listExternalRuns: { path: { id: 'external' }, foreign: 404, own: 200 },
  getExternalRun: { path: { id: 'external', run: 'externalRun' }, foreign: 404, own: 200 },
  deleteExternalAudience: { path: { id: 'external' }, foreign: 404, own: 204, removes: 'external' },
  deleteExternalAudienceAlias: { path: { id: 'external' }, foreign: 404, own: 204, removes: 'external' },
  createImport: {
    body: () => ({ name: 'the same', kind: 'profiles', fingerprint: 'same' }),
    foreign: 200,
    own: 200,
    makes: 'import',
  },
  listImports: { foreign: 200, own: 200 },
  getImport: { path: { id: 'import' }, foreign: 404, own: 200 },
  putImportContent: { path: { id: 'import' }, body: () => '\n', foreign: 404, own: 200 },
  listAvailableSandboxes: { foreign: 200, own: 200, isOfOrganisation: true },
  listSandboxes: { foreign: 200, own: 200, isOfOrganisation: true },
  getSandbox: { path: { name: 'sandbox' }, foreign: 404, own: 200, isOfOrganisation: true },
  createSandbox: {
    body: () => ({ name: 'same', type: 'development' }),
    foreign: 200,
    own: 200,
    isOfOrganisation: true,
    makes: 'sandbox',
  },
  renameSandbox: {
    path: { name: 'sandbox' },
    body: () => ({ title: 'the same' }),
    foreign: 404,
    own: 200,
    isOfOrganisation: true,
  },
  resetSandbox: {
    path: { name: 'sandbox' },
    body: () => ({ action: 'reset' }),
    foreign: 404,
    own: 200,
    isOfOrganisation: true,
  },
  deleteSandbox: { path: { name: 'sandbox' }, foreign: 404, own: 200, isOfOrganisation: true, removes: 'sandbox' },
  listSandboxTypes: { foreign: 200, own: 200, isOfOrganisation: true },
};

/** Ids in the examples of the description, and the resource that stands in for each. */
export const exampleIds: Readonly<Record<string, ResourceName>> = {
  '7f6c1a52-0d1e-4c58-9d0b-3b1f5a6e2c11': 'audience',
  '0a4ad5a8-2f0c-4f4f-9b4b-2f5f1c1f0f6d': 'audience',
  'audience-id': 'audience',
  'schedule-id': 'schedule',
};

/** The row of an operation. Fails the test when there is none. */
export function rowOf({ id }: Operation): OperationRow {
  const row = operationRows[id];
  assert.ok(row !== undefined, `\`${id}\` has no row in testing/operation-rows.ts`);
  return row;
}

/** The path of an operation on these resources. */
export function pathOf(operation: Operation, ids: Ids): string {
  return fillPath(operation.path, (name) => {
    const resource = rowOf(operation).path?.[name];
    assert.ok(resource !== undefined, `the row of \`${operation.id}\` does not say what \`${name}\` is`);
    return encodeURIComponent(ids[resource]);
  });
}

/** A body as the operation takes it: text as it is, a form, or JSON. */
export function encodeBody(operation: Operation, body: unknown): Pick<InjectOptions, 'payload' | 'headers'> {
  const mediaType = operation.body?.mediaType ?? 'application/octet-stream';
  const headers = { 'content-type': mediaType };
  if (typeof body === 'string') return { headers, payload: body };
  const isForm = mediaType === 'application/x-www-form-urlencoded' && typeof body === 'object' && body !== null;
  if (!isForm) return { headers, payload: JSON.stringify(body) };
  const fields = Object.entries(body).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { headers, payload: new URLSearchParams(fields).toString() };
}

/** The request that reaches for these resources. */
export function requestOf(operation: Operation, ids: Ids): InjectOptions {
  const { query, body } = rowOf(operation);
  const search = query === undefined ? '' : `?${new URLSearchParams(query(ids))}`;
  const encoded = body === undefined ? {} : encodeBody(operation, body(ids));
  return { method: operation.method, url: pathOf(operation, ids) + search, ...encoded };
}
