/** A whole server, with real stores, on which tests walk every operation of the API. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { decodeConfig } from '../config.ts';
import { externalBasePath, sandboxManagementPath } from '../http/api-schema.ts';
import { isRecord, type Operation, readOperations } from '../http/operations.ts';
import { openMuster } from '../open-muster.ts';
import { checkAnswers } from './checked-app.ts';
import { headersOf } from './fixture.ts';
import { newTestDatabase } from './test-database.ts';

/** An organisation and one of its sandboxes. */
export interface ExampleTenant {
  readonly org: string;
  readonly sandbox: string;
}

/** A server for walks. */
export interface ExampleWorld {
  /** What it answers to `inject` is held against its description. */
  readonly app: FastifyInstance;
  readonly operations: readonly Operation[];
  close(): Promise<void>;
}

/** Opens a server with an empty data folder. It admits all that one organisation can send. */
export async function openExampleWorld(): Promise<ExampleWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-walk-'));
  const external = join(folder, 'external');
  mkdirSync(external);
  writeFileSync(join(external, 'people.csv'), 'email\nann@example.org\n');
  const rate = { MUSTER_REQUESTS_PER_SECOND_MAX: '1000000', MUSTER_REQUEST_BURST_MAX: '1000000' };
  const databaseUrl = await newTestDatabase();
  const config = decodeConfig({
    ...(databaseUrl === null ? {} : { MUSTER_DATABASE_URL: databaseUrl }),
    MUSTER_DATA_DIR: folder,
    MUSTER_LOG_LEVEL: 'error',
    MUSTER_EXTERNAL_DIR: external,
    ...rate,
  });
  // A walk starts work faster than it ends.
  const room = { jobsInProgressMax: 1_000, previewsInProgressMax: 1_000, exportsInProgressMax: 1_000 };
  const muster = await openMuster({ ...config, limits: { ...config.limits, ...room } });
  return {
    app: checkAnswers(muster.app),
    operations: readOperations(muster.app.swagger()),
    async close() {
      await muster.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const base = '/data/core/ups';
const externalPath = `${externalBasePath}/external-audience`;

/** The resources that paths and bodies can name. Whoever adds one says in `makers` how it is made. */
export const resourceNames = [
  ...(['audience', 'job', 'import', 'sandbox', 'schedule', 'preview', 'export', 'exportFile'] as const),
  ...(['external', 'externalOperation', 'externalRun'] as const),
] as const;
/** The name of a resource that paths and bodies can refer to. */
export type ResourceName = (typeof resourceNames)[number];
/** Ids by resource. */
export type Ids = Readonly<Record<ResourceName, string>>;

/** How each resource that paths and bodies can name is made. The text `mark` is in all that can be seen of it. */
const makers: Readonly<Record<ResourceName, (make: Maker) => Promise<string>>> = {
  audience: (make) =>
    make.create(`${base}/audiences`, {
      name: `audience ${make.mark}`,
      description: make.mark,
      expression: { type: 'PQL', format: 'pql/text', value: `homeAddress.country = "${make.mark}"` },
    }),
  async job(make) {
    const segments = [{ segmentId: await make.resources.idOf('audience') }];
    return make.untilEnded(`${base}/segment/jobs`, await make.create(`${base}/segment/jobs`, segments));
  },
  import: (make) => make.create(`${base}/imports`, { name: make.mark, kind: 'profiles', fingerprint: make.mark }),
  async schedule(make) {
    return make.create(`${base}/config/schedules`, {
      name: make.mark,
      type: 'batch_segmentation',
      properties: { segments: [await make.resources.idOf('audience')] },
      schedule: '0 0 1 * * ?',
    });
  },
  async preview(make) {
    const predicateExpression = `homeAddress.country = "${make.mark}"`;
    const id = await make.create(`${base}/preview`, { predicateExpression }, 'previewId');
    return make.untilEnded(`${base}/estimate`, id);
  },
  async export(make) {
    const segments = [{ segmentId: await make.resources.idOf('audience') }];
    const schema = { name: '_xdm.context.profile' };
    const body = { destination: { datasetId: make.mark }, schema, filter: { segments } };
    return make.untilEnded(`${base}/export/jobs`, await make.create(`${base}/export/jobs`, body));
  },
  exportFile: async () => 'profiles.jsonl',
  async externalOperation(make) {
    const fields = [{ name: 'email', type: 'string', identityNs: 'Email' }];
    const sourceSpec = { params: { path: 'people.csv', type: 'file' } };
    const body = { name: make.mark, fields, sourceSpec, originName: 'CUSTOM_UPLOAD' };
    const id = await make.create(externalPath, body, 'operationId');
    return make.untilEnded(`${externalPath}/operations`, id);
  },
  async external(make) {
    const operation = await make.resources.idOf('externalOperation');
    make.resources.forget('externalOperation');
    const answer: unknown = (await make.resources.send({ url: `${externalPath}/operations/${operation}` })).json();
    assert.ok(isRecord(answer));
    const id = String(answer['audienceId']);
    // Only what has members can be extended.
    const path = `${externalPath}/${id}/runs`;
    await make.untilEnded(path, await make.create(path, { dataFilterStartTime: 0 }, 'runId'));
    return id;
  },
  async externalRun(make) {
    const path = `${externalPath}/${await make.resources.idOf('external')}/runs`;
    return make.untilEnded(path, await make.create(path, { dataFilterStartTime: 0 }, 'runId'));
  },
  async sandbox(make) {
    const name = `${make.mark.toLowerCase()}-${make.number}`;
    await make.create(`${sandboxManagementPath}/sandboxes`, { name, type: 'development' });
    return name;
  },
};

const endedStatuses: ReadonlySet<unknown> = new Set([
  ...['SUCCEEDED', 'SUCCESS', 'RESULT_READY', 'FAILED', 'CANCELLED'],
]);

/** What making a resource needs. */
interface Maker {
  readonly mark: string;
  /** Another one each time, for names that must not come twice. */
  readonly number: number;
  readonly resources: ExampleResources;
  /** Creates something and gives its id, which is called `id` unless the answer has another name for it. */
  create(url: string, body: object, idName?: string): Promise<string>;
  /** Waits until the resource with this id has ended, so that it stays as it is, and gives the id again. */
  untilEnded(url: string, id: string): Promise<string>;
}

/** The resources of a tenant, made when they are first asked for. */
export class ExampleResources {
  readonly tenant: ExampleTenant;
  readonly mark: string;
  readonly #app: FastifyInstance;
  readonly #ids = new Map<ResourceName, Promise<string>>();
  #makeCount = 0;

  constructor(app: FastifyInstance, tenant: ExampleTenant, mark: string) {
    this.#app = app;
    this.tenant = tenant;
    this.mark = mark;
  }

  /** The id of a resource. */
  idOf(name: ResourceName): Promise<string> {
    const id = this.#ids.get(name) ?? makers[name](this.#maker());
    this.#ids.set(name, id);
    return id;
  }

  /** The ids of all resources. */
  async ids(): Promise<Ids> {
    const made: Partial<Record<ResourceName, string>> = {};
    for (const name of resourceNames) made[name] = await this.idOf(name);
    const { audience = '', job = '', import: imported = '', sandbox = '', schedule = '', ...rest } = made;
    const { preview = '', exportFile = '', external = '', externalOperation = '', externalRun = '' } = rest;
    const ofTasks = { preview, export: rest.export ?? '', exportFile, external, externalOperation, externalRun };
    return { audience, job, import: imported, sandbox, schedule, ...ofTasks };
  }

  /** The next wish for a resource makes a new one: this one was deleted, and what belongs to it. */
  forget(name: ResourceName): void {
    this.#ids.delete(name);
    if (name === 'external') this.#ids.delete('externalRun');
  }

  /** Sends a request as the tenant. */
  send(request: InjectOptions): Promise<LightMyRequestResponse> {
    const headers = { ...headersOf(this.tenant.org, this.tenant.sandbox), ...request.headers };
    return this.#app.inject({ ...request, headers });
  }

  #maker(): Maker {
    return {
      mark: this.mark,
      number: ++this.#makeCount,
      resources: this,
      create: async (url, payload, idName = 'id') => {
        const answer = await this.send({ method: 'POST', url, payload });
        assert.ok(answer.statusCode < 300, `${url}: ${answer.body}`);
        const body: unknown = answer.json();
        assert.ok(isRecord(body));
        return String(body[idName] ?? '');
      },
      untilEnded: async (url, id) => {
        for (;;) {
          const body: unknown = (await this.send({ url: `${url}/${id}` })).json();
          if (isRecord(body) && endedStatuses.has(body['status'] ?? body['state'])) return id;
          await delay(10);
        }
      },
    };
  }
}
