/** What operators and tools ask at the root: health, measures, the API's description. */
import { LiveResource, ReadyResource } from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { ServerLimits } from '../../config.ts';
import type { ServerMetrics } from '../../http/metrics.ts';
import { collectionSchema, createPostmanCollection } from '../../http/postman-collection.ts';
import { logOf } from '../../http/request-log.ts';
import type { UseCaseDependencies } from '../../use-cases/ports.ts';

const tags = ['operations'];

interface StoreCheck {
  readonly msMax: number;
  readonly onError: (error: unknown) => void;
}

/** Whether a store answers in time: one that hangs is no better than one that is gone. The error is logged, not shown. */
async function check(store: { ping(): Promise<void> }, { msMax, onError }: StoreCheck): Promise<'ok' | 'unavailable'> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${msMax} ms`)), msMax);
  });
  try {
    await Promise.race([store.ping(), deadline]);
    return 'ok';
  } catch (error) {
    onError(error);
    return 'unavailable';
  } finally {
    clearTimeout(timer);
  }
}

/** What the operations need. */
interface OperationDependencies extends Pick<UseCaseDependencies, 'control' | 'data'> {
  readonly limits: Pick<ServerLimits, 'readyMsMax'>;
}

function addHealth(app: FastifyInstance, { control, data, limits }: OperationDependencies): void {
  const live = {
    tags,
    security: [],
    operationId: 'getLive',
    summary: 'Whether the process runs',
    response: { 200: LiveResource },
  };
  app.get('/health/live', { schema: live }, async (): Promise<LiveResource> => ({ status: 'live' }));
  const ready = {
    tags,
    security: [],
    operationId: 'getReady',
    summary: 'Whether requests can be answered',
    response: { 200: ReadyResource, 503: ReadyResource },
  };
  app.get('/health/ready', { schema: ready }, async (request, reply): Promise<ReadyResource> => {
    const checkAs = (store: string): StoreCheck => ({
      msMax: limits.readyMsMax,
      onError: (error) => logOf(request).error({ err: error, store }, 'a store does not answer'),
    });
    const [controlState, dataState] = await Promise.all([
      check(control, checkAs('control')),
      check(data, checkAs('data')),
    ]);
    const isReady = controlState === 'ok' && dataState === 'ok';
    reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ready' : 'unavailable', checks: { control: controlState, data: dataState } };
  });
}

function addCollection(app: FastifyInstance): void {
  const schema = {
    tags,
    security: [],
    operationId: 'getPostmanCollection',
    summary: 'Every operation as a collection of Postman',
    response: {
      200: Type.Object(
        {},
        {
          additionalProperties: true,
          title: 'PostmanCollection',
          examples: [{ info: { name: 'Muster', schema: collectionSchema }, item: [] }],
        },
      ),
    },
  };
  app.get('/postman.json', { schema }, async (request) =>
    createPostmanCollection(app.swagger(), `${request.protocol}://${request.host}`),
  );
}

/** Adds the operations. */
export function addOperationRoutes(
  app: FastifyInstance,
  deps: OperationDependencies & { readonly metrics: ServerMetrics },
): void {
  addHealth(app, deps);
  const metrics = {
    tags,
    security: [],
    operationId: 'getMetrics',
    summary: 'Measures for Prometheus',
    produces: ['text/plain'],
    response: { 200: Type.String() },
  };
  app.get('/metrics', { schema: metrics }, async (_request, reply) =>
    reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  );
  let description: string | null = null;
  const self = {
    tags,
    security: [],
    operationId: 'getDescription',
    summary: 'This description',
    response: { 200: Type.Object({}, { additionalProperties: true, title: 'OpenApi' }) },
  };
  app.get('/openapi.json', { schema: self }, async (_request, reply) => {
    description ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(description);
  });
  addCollection(app);
}
