/** Every sample request of the published page of `/audiences`, with values of our own, and what the page answers. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeConfig, type Muster, openMuster } from '@muster/server';
import { type ServiceAnswer, ServiceClient, type ServiceRequest } from '../service/client.ts';
import { assertDocumented } from './documented-audience.ts';

const expression = { type: 'PQL', format: 'pql/text', value: 'workAddress.country = "US"' };

const platformBody = {
  name: 'Buyers of the month',
  profileInstanceId: 'ups',
  description: 'Last month',
  type: 'SegmentDefinition',
  expression,
  schema: { name: '_xdm.context.profile' },
  labels: ['core/C1'],
  ttlInDays: 60,
};

const externalBody = {
  audienceId: 'partner-audience',
  name: 'From a partner',
  namespace: 'aam',
  description: 'Last month',
  type: 'ExternalSegment',
  originName: 'CUSTOM_UPLOAD',
  lifecycleState: 'published',
  datasetId: '6254cf3c97f8e31b639fb14d',
  labels: ['core/C1'],
  linkedAudienceRef: { flowId: '4685ea90-d2b6-11ec-9d64-0242ac120002' },
};

/** The fields in the samples of most operations, beside those that every sample has. */
const shown = {
  platform: ['description', 'ttlInDays', 'profileInstanceId', 'isSystem', '_etag', 'originName', 'createdBy', 'labels'],
  external: ['description', 'isSystem', '_etag', 'originName', 'createdBy', 'datasetId', 'labels', 'linkedAudienceRef'],
} as const;

/** The members of an answer's object. */
function read({ status, text }: ServiceAnswer, expected: number): ReadonlyMap<string, unknown> {
  assert.equal(status, expected, text);
  const body: unknown = JSON.parse(text);
  assert.ok(typeof body === 'object' && body !== null);
  return new Map(Object.entries(body));
}

/** Sends a request of a tenant that no other sample has. */
type Send = (method: ServiceRequest['method'], path: string, payload?: unknown) => Promise<ServiceAnswer>;

function senderOf(muster: Muster, org: string): Send {
  const service = new ServiceClient(
    async ({ method, url, headers, body }) => {
      const answer = await muster.app.inject({
        method,
        url,
        headers,
        ...(body === undefined ? {} : { payload: body }),
      });
      return { status: answer.statusCode, text: answer.body };
    },
    { org, sandbox: 'prod' },
  );
  return (method, path, payload) =>
    payload === undefined
      ? service.request(method, path)
      : service.request(method, path, {
          body: JSON.stringify(payload),
          headers: { 'content-type': 'application/json' },
        });
}

async function createBoth(send: Send): Promise<Readonly<Record<'platform' | 'external', string>>> {
  const platform = read(await send('POST', '/audiences', platformBody), 200);
  const external = read(await send('POST', '/audiences', externalBody), 200);
  return { platform: String(platform.get('id')), external: String(external.get('id')) };
}

const samples: readonly { readonly name: string; readonly run: (send: Send) => Promise<void> }[] = [
  {
    name: 'a list of two audiences, and the way to the next two',
    run: async (send) => {
      await createBoth(send);
      await send('POST', '/audiences', { ...externalBody, audienceId: 'another' });
      await send('POST', '/audiences', platformBody);
      const list = read(await send('GET', '/audiences?limit=2'), 200);
      const children = list.get('children');
      assert.ok(Array.isArray(children) && children.length === 2);
      for (const child of children) {
        const kind = child.type === 'SegmentDefinition' ? 'platform' : 'external';
        assertDocumented(child, kind, shown[kind]);
      }
      assert.deepEqual(list.get('_page'), {
        totalCount: 4,
        totalPages: 2,
        sortField: 'creationTime',
        sort: 'desc',
        pageSize: 2,
        limit: 2,
        start: '0',
        next: '1',
      });
      assert.deepEqual(list.get('_links'), { next: { href: '@/audiences?start=1&limit=2&totalCount=4' } });
    },
  },

  {
    name: 'the query parameters of the list',
    run: async (send) => {
      await createBoth(send);
      const counts: Readonly<Record<string, number>> = {
        'start=5': 0,
        'limit=10': 2,
        'sort=updateTime:desc': 2,
        'property=audienceId==partner-audience': 1,
        'property=audienceId%3D%3Dpartner-audience': 1,
        'name=BUYERS': 1,
        'description=last%20Month': 2,
        'description=last+month': 2,
      };
      for (const [query, count] of Object.entries(counts)) {
        const children = read(await send('GET', `/audiences?${query}`), 200).get('children');
        assert.ok(Array.isArray(children) && children.length === count, query);
      }
    },
  },

  {
    name: 'creating a platform audience and an external one',
    run: async (send) => {
      for (const [kind, body] of [
        ['platform', platformBody],
        ['external', externalBody],
      ] as const) {
        const created = read(await send('POST', '/audiences', body), 200);
        assertDocumented(Object.fromEntries(created), kind, shown[kind]);
        for (const [name, value] of Object.entries(body)) assert.deepEqual(created.get(name), value, name);
        assert.equal(created.get('audienceId') === created.get('id'), kind === 'platform');
      }
    },
  },

  {
    name: 'looking an audience of each kind up',
    run: async (send) => {
      for (const [kind, id] of Object.entries(await createBoth(send))) {
        const found = read(await send('GET', `/audiences/${id}`), 200);
        assert.ok(kind === 'platform' || kind === 'external');
        assertDocumented(Object.fromEntries(found), kind, shown[kind]);
      }
    },
  },

  {
    name: 'changing the rule of an audience',
    run: async (send) => {
      const { platform } = await createBoth(send);
      const value = { ...expression, value: 'workAddress.country = "CA"' };
      const patched = read(
        await send('PATCH', `/audiences/${platform}`, [{ op: 'add', path: '/expression', value }]),
        200,
      );
      assertDocumented(Object.fromEntries(patched), 'platform', shown.platform);
      assert.deepEqual(patched.get('expression'), value);
      assert.equal(patched.get('id'), platform);
    },
  },

  {
    name: 'overwriting an external audience',
    run: async (send) => {
      const { external } = await createBoth(send);
      const { originName: _o, linkedAudienceRef: _l, ...body } = externalBody;
      const replaced = read(await send('PUT', `/audiences/${external}`, { ...body, name: 'New name' }), 200);
      assertDocumented(Object.fromEntries(replaced), 'external', ['description', '_etag', 'createdBy', 'datasetId']);
      assert.equal(replaced.get('name'), 'New name');
      assert.equal(replaced.has('linkedAudienceRef'), false);
    },
  },

  {
    name: 'deleting an audience',
    run: async (send) => {
      const { platform } = await createBoth(send);
      assert.deepEqual(await send('DELETE', `/audiences/${platform}`), { status: 204, text: '' });
      read(await send('GET', `/audiences/${platform}`), 404);
    },
  },

  {
    name: 'looking several audiences up',
    run: async (send) => {
      const ids = await createBoth(send);
      const body = { ids: Object.values(ids).map((id) => ({ id })) };
      const results = read(await send('POST', '/audiences/bulk-get', body), 207).get('results');
      assert.ok(typeof results === 'object' && results !== null);
      assert.deepEqual(Object.keys(results), Object.values(ids));
      const found = new Map<string, unknown>(Object.entries(results));
      assertDocumented(found.get(ids.platform), 'platform', [
        ...['ttlInDays', 'isSystem', '_etag', 'originName', 'lastModifiedBy', 'state', 'ansibleUiEnabled'],
        'saveSegmentMembership',
      ]);
      assertDocumented(found.get(ids.external), 'external', [
        ...['isSystem', '_etag', 'originName', 'createdBy', 'datasetId', 'linkedAudienceRef'],
        'saveSegmentMembership',
      ]);
    },
  },
];

/** Sends each sample to a server whose control plane is in the database that `newDatabase` gives the address of, or in its folder. */
export function describeAudiencesPage(newDatabase: () => Promise<string | null>): void {
  let folder: string;
  let muster: Muster;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'muster-wire-'));
    const databaseUrl = await newDatabase();
    const database = databaseUrl === null ? {} : { MUSTER_DATABASE_URL: databaseUrl };
    muster = await openMuster(decodeConfig({ ...database, MUSTER_DATA_DIR: folder, MUSTER_LOG_LEVEL: 'silent' }));
  });
  after(async () => {
    await muster.close();
    rmSync(folder, { recursive: true, force: true });
  });
  for (const [index, { name, run }] of samples.entries())
    test(name, () => run(senderOf(muster, `PAGE${index}@AdobeOrg`)));
}
