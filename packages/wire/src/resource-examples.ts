/** What the main resources look like: answers of a server, word for word. They stand in the API's description. */

const platform = {
  id: '87f61736-d2b4-487d-94b4-a981adebbb81',
  audienceId: '87f61736-d2b4-487d-94b4-a981adebbb81',
  imsOrgId: '0123456789ABCDEF@AdobeOrg',
  sandbox: {
    sandboxId: 'b517b8d2-9d25-4d6d-b7b9-ffb978b709c0',
    sandboxName: 'prod',
    type: 'production',
    default: true,
  },
  isSystem: false,
  name: 'People in the US',
  description: 'Home address in the US',
  creationTime: 1714550400000,
  createEpoch: 1714550400,
  updateTime: 1714550400000,
  updateEpoch: 1714550400,
  _etag: '"68ea28ad-383a-0200-0000-6631f6800000"',
  originName: 'REAL_TIME_CUSTOMER_PROFILE',
  createdBy: 'token-438c4c7afe600cdf',
  lastModifiedBy: 'token-438c4c7afe600cdf',
  lifecycleState: 'published',
  labels: [],
  namespace: 'AEPSegments',
  type: 'SegmentDefinition',
  schema: {
    name: '_xdm.context.profile',
  },
  profileInstanceId: 'ups',
  expression: {
    type: 'PQL',
    format: 'pql/text',
    value: 'homeAddress.country = "US"',
  },
  mergePolicyId: '2b691faf-acfc-8676-a3f7-21cd9b09ccbf',
  evaluationInfo: {
    batch: {
      enabled: true,
    },
    continuous: {
      enabled: false,
    },
    synchronous: {
      enabled: false,
    },
  },
  dataGovernancePolicy: {
    excludeOptOut: true,
  },
  overridePerformanceWarnings: false,
  dependents: [],
  dependencies: [],
  definedOn: [
    {
      'meta:resourceType': 'unions',
      'meta:containerId': 'tenant',
      $ref: 'https://ns.adobe.com/xdm/context/profile__union',
    },
  ],
};

const external = {
  id: 'f1334370-69db-4f6a-8989-a7518ce1ed7b',
  audienceId: 'crm-vip',
  imsOrgId: '0123456789ABCDEF@AdobeOrg',
  sandbox: {
    sandboxId: 'b517b8d2-9d25-4d6d-b7b9-ffb978b709c0',
    sandboxName: 'prod',
    type: 'production',
    default: true,
  },
  isSystem: false,
  name: 'VIPs of the CRM',
  creationTime: 1714550400000,
  createEpoch: 1714550400,
  updateTime: 1714550400000,
  updateEpoch: 1714550400,
  _etag: '"543386d4-3413-0200-0000-6631f6800000"',
  originName: 'CUSTOM_UPLOAD',
  createdBy: 'token-438c4c7afe600cdf',
  lastModifiedBy: 'token-438c4c7afe600cdf',
  lifecycleState: 'published',
  labels: [],
  namespace: 'crm',
  type: 'ExternalSegment',
};

const page = {
  _page: {
    totalCount: 2,
    totalPages: 2,
    sortField: 'name',
    sort: 'asc',
    pageSize: 1,
    limit: 1,
    start: '0',
    next: '1',
  },
  _links: {
    next: {
      href: '@/audiences?start=1&limit=1&totalCount=2&sort=name%3Aasc',
    },
  },
};

const schedule = {
  id: 'd5eb6062-cecf-4279-b51e-a91157eba737',
  imsOrgId: '0123456789ABCDEF@AdobeOrg',
  sandbox: {
    sandboxId: 'b517b8d2-9d25-4d6d-b7b9-ffb978b709c0',
    sandboxName: 'prod',
    type: 'production',
    default: true,
  },
  name: 'Every night',
  type: 'batch_segmentation',
  state: 'active',
  schedule: '0 0 1 * * ?',
  frequency: 'daily',
  properties: {
    segments: ['*'],
  },
  createEpoch: 1714550400,
  updateEpoch: 1714550400,
};

const job = {
  id: 'c4de56be-1232-4eec-a8ed-a027c0046b9c',
  imsOrgId: '0123456789ABCDEF@AdobeOrg',
  sandbox: {
    sandboxId: 'b517b8d2-9d25-4d6d-b7b9-ffb978b709c0',
    sandboxName: 'prod',
    type: 'production',
    default: true,
  },
  profileInstanceId: 'ups',
  source: 'api',
  status: 'SUCCEEDED',
  batchId: 'c4de56be-1232-4eec-a8ed-a027c0046b9c',
  computeJobId: 2124142879,
  computeGatewayJobId: 'c4de56be-1232-4eec-a8ed-a027c0046b9c',
  segments: [
    {
      segmentId: '87f61736-d2b4-487d-94b4-a981adebbb81',
      segment: {
        id: '87f61736-d2b4-487d-94b4-a981adebbb81',
        expression: {
          type: 'PQL',
          format: 'pql/text',
          value: 'homeAddress.country = "US"',
        },
        mergePolicyId: '2b691faf-acfc-8676-a3f7-21cd9b09ccbf',
        mergePolicy: {
          id: '2b691faf-acfc-8676-a3f7-21cd9b09ccbf',
          version: 1,
        },
      },
    },
  ],
  metrics: {
    totalTime: {
      startTimeInMs: 1714550400000,
      endTimeInMs: 1714550400000,
      totalTimeInMs: 0,
    },
    profileSegmentationTime: {
      startTimeInMs: 1714550400000,
      endTimeInMs: 1714550400000,
      totalTimeInMs: 0,
    },
    totalProfiles: 0,
    segmentedProfileCounter: {
      '87f61736-d2b4-487d-94b4-a981adebbb81': 0,
    },
    segmentedProfileByNamespaceCounter: {
      '87f61736-d2b4-487d-94b4-a981adebbb81': {},
    },
    segmentedProfileByStatusCounter: {
      '87f61736-d2b4-487d-94b4-a981adebbb81': {
        realized: 0,
        existing: 0,
        exited: 0,
      },
    },
    totalProfilesByMergePolicy: {
      '2b691faf-acfc-8676-a3f7-21cd9b09ccbf': 0,
    },
  },
  requestId: 'f3c1a4b2d5e64f70',
  schema: {
    name: '_xdm.context.profile',
  },
  _links: {
    cancel: {
      href: '/segment/jobs/c4de56be-1232-4eec-a8ed-a027c0046b9c',
      method: 'DELETE',
    },
    checkStatus: {
      href: '/segment/jobs/c4de56be-1232-4eec-a8ed-a027c0046b9c',
      method: 'GET',
    },
  },
  errors: [],
  creationTime: 1714550400000,
  updateTime: 1714550400000,
  updateEpoch: 1714550400,
  muster: {
    asOf: '2024-05-01T08:00:00.000Z',
    progress: 1,
    attempts: 1,
  },
};

const missing = { requestId: 'f3c1a4b2d5e64f70', errors: { '404': [{ code: 404, message: 'Not found.' }] } };

/** An example of each resource, by its schema. */
export const resourceExamples = {
  platformAudience: platform,
  externalAudience: external,
  audienceList: { children: [platform], ...page },
  audienceBulk: {
    results: {
      [platform.id]: { ...platform, state: 'enabled', ansibleUiEnabled: false, saveSegmentMembership: true },
      nobody: missing,
    },
  },
  definitionList: {
    segments: [platform],
    page: { totalCount: 2, totalPages: 2, sortField: 'creationTime', sort: 'desc', pageSize: 1, limit: 1 },
    link: { next: '/segment/definitions?page=1&limit=1' },
  },
  definitionBulk: { results: { [platform.id]: platform, nobody: missing } },
  schedule,
  scheduleList: {
    children: [schedule],
    _page: { totalCount: 2, pageSize: 1, next: '1' },
    _links: { next: { href: '@/config/schedules?start=1&limit=1' } },
  },
  segmentJob: job,
  segmentJobList: {
    children: [job],
    _page: { totalCount: 2, pageSize: 1, next: '1' },
    _links: { next: { href: '@/segment/jobs?start=1&limit=1' } },
  },
  segmentJobBulk: { results: { [job.id]: job, nobody: missing } },
};
