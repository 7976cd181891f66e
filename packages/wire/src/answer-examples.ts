/** What the other answers look like: those of a server, word for word but for the token. They stand in the API's description. */

const details = {
  name: 'VIPs of the CRM',
  fields: [
    { name: 'email', type: 'string', identityNs: 'Email', labels: [] },
    { name: 'points', type: 'integer', labels: [] },
  ],
  sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
  ttlInDays: 40,
  audienceType: 'people',
  originName: 'CUSTOM_UPLOAD',
  namespace: 'CustomerAudienceUpload',
  labels: [],
  tags: [],
};

const exportJob = {
  id: 1,
  jobType: 'BATCH',
  destination: { datasetId: 'exports', segmentPerBatch: false, batchId: 'c9f304eb-7234-42d8-8e0a-c46c46083fb3' },
  fields: 'person.name',
  schema: { name: '_xdm.context.profile' },
  imsOrgId: '0123456789ABCDEF@AdobeOrg',
  status: 'SUCCEEDED',
  filter: {
    segments: [{ segmentId: 'd1918e40-344d-4598-8432-89d8a3499d19', segmentNs: 'ups', status: ['realized'] }],
    emptyProfiles: false,
  },
  evaluationInfo: { segmentation: false },
  mergePolicy: { id: 'd5fe1b30-ffd6-8154-a941-4bb51bdbb8e2', version: 1 },
  profileInstanceId: 'ups',
  errors: [],
  metrics: {
    totalTime: { startTimeInMs: 1903852800000, endTimeInMs: 1903852800000, totalTimeInMs: 0 },
    profileExportTime: { startTimeInMs: 1903852800000, endTimeInMs: 1903852800000, totalTimeInMs: 0 },
    totalExportedProfileCounter: 2,
    exportedProfileByNamespaceCounter: { Email: 2 },
  },
  computeGatewayJobId: { exportJob: 'c9f304eb-7234-42d8-8e0a-c46c46083fb3' },
  creationTime: 1903852800000,
  updateTime: 1903852800000,
  requestId: 'f3c1a4b2d5e64f70',
  muster: {
    format: 'csv',
    progress: 1,
    attempts: 1,
    files: [
      { name: 'profiles.csv', content: 'profiles', rows: 2, bytes: 580, href: '@/export/jobs/1/files/profiles.csv' },
    ],
  },
};

const importRun = {
  id: '6e1fd00e-9060-4ae1-b0c6-979e67877e89',
  name: 'people.jsonl',
  kind: 'profiles',
  fingerprint: 'people-1',
  status: 'succeeded',
  counts: { rows: 2, profiles: 2, events: 0, skipped: 0, rejected: 0 },
  committedRows: 2,
  problems: [],
  createdBy: 'token-d6a7cd2a7371b1a1',
  creationTime: 1903852800000,
  updateTime: 1903852800000,
  _links: { content: { href: '/imports/6e1fd00e-9060-4ae1-b0c6-979e67877e89/content', method: 'PUT' } },
};

const externalRun = {
  audienceName: 'VIPs of the CRM',
  audienceId: '34eb04bc-3d19-4e47-b6eb-88c35a12a76c',
  runId: 'c0785ce0-318c-4dbe-ae30-e6ee4705047b',
  differentialIngestion: false,
  dataFilterStartTime: 1747323620,
  createdAt: 1903852800,
  createdBy: 'token-d6a7cd2a7371b1a1',
};

const managedSandbox = {
  id: 'cc344045-4bce-418b-accb-f3d4b204c5b6',
  name: 'acme-dev',
  title: 'Acme Dev',
  state: 'active',
  type: 'development',
  region: 'LOCAL',
  isDefault: false,
  eTag: 1,
  createdDate: '2030-05-01 08:00:00',
  lastModifiedDate: '2030-05-01 08:00:00',
  createdBy: 'muster',
  modifiedBy: 'muster',
};

/** An example of each answer that `resourceExamples` has no resource for. */
export const answerExamples = {
  memberList: {
    children: [{ identity: { namespace: 'Email', id: 'ann@example.org' }, fields: { 'person.name.firstName': 'ann' } }],
    _page: { totalCount: 2, pageSize: 1, limit: 1, next: '1' },
    _links: {
      next: {
        href: '@/audiences/d1918e40-344d-4598-8432-89d8a3499d19/members?start=1&limit=1&fields=person.name.firstName',
      },
    },
    evaluationTime: 1903852800000,
  },
  import: importRun,
  importList: {
    children: [importRun],
    _page: { totalCount: 1, totalPages: 1, pageSize: 1, limit: 100, start: '0' },
    _links: { next: {} },
  },
  definitionDeleted: { status: true, message: 'Segment definition f873c692-b5f0-41b4-93b7-d151b54cda27 is deleted.' },
  conversion: {
    imsOrgId: '0123456789ABCDEF@AdobeOrg',
    sandbox: {
      sandboxId: 'b96d5b57-7187-4ccd-846c-13bb0353b0cc',
      sandboxName: 'prod',
      type: 'production',
      default: true,
    },
    description: 'Work address in the US',
    expression: {
      type: 'PQL',
      format: 'pql/json',
      value:
        '{"nodeType":"fnApply","fnName":"=","params":[{"nodeType":"fieldLookup","fieldName":"country","object":{"nodeType":"fieldLookup","fieldName":"workAddress","object":{"nodeType":"parameterReference","position":1}}},{"nodeType":"literal","literalType":"String","value":"US"}]}',
    },
  },
  addedAudiences: {
    added: ['d1918e40-344d-4598-8432-89d8a3499d19'],
    existing: [],
    invalid: ['nobody'],
    segmentCount: { previous: 0, current: 1, diff: 1 },
  },
  removedAudiences: {
    removed: ['d1918e40-344d-4598-8432-89d8a3499d19'],
    existing: [],
    invalid: [],
    segmentCount: { previous: 1, current: 0, diff: -1 },
  },
  audienceMap: {
    audienceMap: { 'd1918e40-344d-4598-8432-89d8a3499d19': ['597e80a6-e4e5-413f-9eb3-b8c5c541abef'] },
    schedules: {
      '597e80a6-e4e5-413f-9eb3-b8c5c541abef': { name: 'Mondays', schedule: '0 30 2 ? * MON', frequency: 'weekly' },
    },
  },
  preview: {
    state: 'NEW',
    previewQueryId: 'f65eaed0-040f-432e-86a8-f9e28846892b',
    previewQueryStatus: 'NEW',
    previewId: 'MTowOmY2NWVhZWQwLTA0MGYtNDMyZS04NmE4LWY5ZTI4ODQ2ODkyYjox',
    previewExecutionId: 1,
  },
  previewResults: {
    results: [
      {
        '1': {
          _href: '@/models/profile/1',
          endCustomerIds: {
            'ann@example.org': {
              _href: '@/access/entities?schema.name=_xdm.context.profile&entityId=ann%40example.org&entityIdNS=Email',
            },
          },
        },
      },
    ],
    page: { offset: 0, size: 1 },
    links: {
      _self: '@/preview/MTowOmY2NWVhZWQwLTA0MGYtNDMyZS04NmE4LWY5ZTI4ODQ2ODkyYjox?offset=0&limit=1',
      next: '@/preview/MTowOmY2NWVhZWQwLTA0MGYtNDMyZS04NmE4LWY5ZTI4ODQ2ODkyYjox?offset=1&limit=1',
      prev: '',
    },
    state: 'RESULT_READY',
  },
  estimate: {
    estimatedSize: 2,
    numRowsToRead: 2,
    totalRows: 2,
    profilesReadSoFar: 2,
    profilesMatchedSoFar: 2,
    standardError: 0,
    confidenceInterval: '95%',
    state: 'RESULT_READY',
    error: { description: '', traceback: '' },
    estimatedNamespaceDistribution: [{ namespaceId: 'Email', profilesMatchedSoFar: 2 }],
    _links: { preview: '@/preview/MTowOmY2NWVhZWQwLTA0MGYtNDMyZS04NmE4LWY5ZTI4ODQ2ODkyYjox' },
    muster: {
      asOf: '2030-05-01T08:00:00.000Z',
      progress: 1,
      isExact: true,
      interval: { low: 2, high: 2 },
      expiresAt: '2030-05-01T09:00:00.000Z',
    },
  },
  cancelled: { status: true, message: 'The preview is forgotten.' },
  exportJob,
  exportJobList: {
    records: [exportJob],
    page: { sortField: 'createdTime', sort: 'desc', pageOffset: '1903852800000_1', pageSize: 1 },
    link: { next: '' },
  },
  searchNamespaces: {
    namespaces: [
      { namespace: 'AEPSegments', displayName: 'AEPSegments', count: 1 },
      { namespace: 'crm', displayName: 'crm', count: 1 },
    ],
    totalCount: 2,
    status: { message: 'Success' },
  },
  searchEntities: {
    entities: [
      {
        id: 'd1918e40-344d-4598-8432-89d8a3499d19',
        base64EncodedSourceId: 'ZDE5MThlNDAtMzQ0ZC00NTk4LTg0MzItODlkOGEzNDk5ZDE5',
        sourceId: 'd1918e40-344d-4598-8432-89d8a3499d19',
        isFolder: false,
        parentFolderId: 'root',
        name: 'People in the US',
        description: 'Home address in the US',
      },
    ],
    page: { totalCount: 1, totalPages: 1, pageOffset: 0, pageSize: 1 },
    status: { message: 'Success' },
  },
  searchTaxonomy: {
    taxonomy: [{ id: 'root', base64EncodedSourceId: 'cm9vdA==', name: 'root', parentFolderId: '' }],
    status: { message: 'Success' },
  },
  externalAccepted: { operationId: '1fb84ad3-3d73-4a2b-ab47-4de7646b70d9', operationDetails: details },
  externalOperation: {
    operationId: '1fb84ad3-3d73-4a2b-ab47-4de7646b70d9',
    status: 'SUCCESS',
    operationDetails: details,
    audienceName: 'VIPs of the CRM',
    audienceId: '34eb04bc-3d19-4e47-b6eb-88c35a12a76c',
    createdBy: 'token-d6a7cd2a7371b1a1',
    createdAt: 1903852800,
    updatedBy: 'token-d6a7cd2a7371b1a1',
    updatedAt: 1903852800,
    muster: {},
  },
  ingestedAudience: {
    audienceId: '34eb04bc-3d19-4e47-b6eb-88c35a12a76c',
    audienceName: 'VIPs of the CRM',
    description: 'of the last quarter',
    fields: [
      { name: 'email', type: 'string', identityNs: 'Email', labels: [] },
      { name: 'points', type: 'integer', labels: [] },
    ],
    sourceSpec: { params: { path: 'vips.csv', type: 'file' } },
    ttlInDays: 40,
    labels: [],
    audienceType: 'people',
    originName: 'CUSTOM_UPLOAD',
    createdBy: 'token-d6a7cd2a7371b1a1',
    createdAt: 1903852800,
    updatedBy: 'token-d6a7cd2a7371b1a1',
    updatedAt: 1903852800,
  },
  externalRun,
  externalRunStatus: {
    ...externalRun,
    status: 'SUCCESS',
    details: [
      { stage: 'DATASET_INGEST', status: 'SUCCESS', flowRunId: 'c0785ce0-318c-4dbe-ae30-e6ee4705047b' },
      { stage: 'PROFILE_STORE_INGEST', status: 'SUCCESS', flowRunId: 'c0785ce0-318c-4dbe-ae30-e6ee4705047b' },
    ],
    muster: { files: 1, rows: 2, rejected: 0, members: 2 },
  },
  externalRunList: { runs: [externalRun] },
  extended: { audienceId: '34eb04bc-3d19-4e47-b6eb-88c35a12a76c', name: 'VIPs of the CRM' },
  managedSandbox,
  managedSandboxList: {
    sandboxes: [managedSandbox],
    _page: { limit: 1, count: 1 },
    _links: {
      page: { href: '/data/foundation/sandbox-management/sandboxes?offset={offset}&limit={limit}', templated: true },
      next: { href: '/data/foundation/sandbox-management/sandboxes?offset=1&limit=1', templated: false },
    },
  },
  sandboxTypes: { sandboxTypes: ['production', 'development'] },
  live: { status: 'live' },
  ready: { status: 'ready', checks: { control: 'ok', data: 'ok' } },
  keySet: {
    keys: [
      {
        kty: 'EC',
        x: 'aLaoZcR0909UQhuA4-panBxP0J_NLXyIeM-nwIG7q1E',
        y: 'HaAvjKemyCzBIr1prP7Om2pa1lj_Xg1ZbNhGzNP9j-Y',
        crv: 'P-256',
        kid: 'PHVNnQnAIlgiA4eEaBF2YyTtcrr8u4iQG9KzO2SSebU',
        alg: 'ES256',
        use: 'sig',
      },
    ],
  },
  token: { access_token: 'eyJhbGciOiJFUzI1NiIsImtpZCI6Ij…', token_type: 'bearer', expires_in: 86400 },
  bulkMetric: { resources: [{ audienceId: 'crm-vip', namespace: 'crm', status: 200 }] },
};
