/** The HTTP application: hooks, errors and routes around the use cases. It listens to nothing by itself. */
import type { IncomingMessage } from 'node:http';
import process from 'node:process';
import fastifySwagger from '@fastify/swagger';
import { Problem } from '@muster/audience';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type HTTPMethods,
  LogController,
} from 'fastify';
import type { SettableClock } from '../adapters/settable-clock.ts';
import type { Auth } from '../auth/open-auth.ts';
import type { LogLevel } from '../config.ts';
import { addAudienceRoutes } from '../routes/audiences/routes.ts';
import { addClockRoutes } from '../routes/clock/routes.ts';
import type { RouteDependencies } from '../routes/dependencies.ts';
import { addExportRoutes } from '../routes/exports/routes.ts';
import { addExternalAudienceRoutes } from '../routes/external-audiences/routes.ts';
import { addImportRoutes } from '../routes/imports/routes.ts';
import { addMemberRoutes } from '../routes/members/routes.ts';
import { addOperationRoutes } from '../routes/operations/routes.ts';
import { addPreviewRoutes } from '../routes/previews/routes.ts';
import { addSandboxRoutes } from '../routes/sandboxes/routes.ts';
import { addFlexibleScheduleRoutes } from '../routes/schedules/flexible-routes.ts';
import { addScheduleRoutes } from '../routes/schedules/routes.ts';
import { addSearchRoutes } from '../routes/search/routes.ts';
import { addConversionRoutes } from '../routes/segment-definitions/conversion-routes.ts';
import { addSegmentDefinitionRoutes } from '../routes/segment-definitions/routes.ts';
import { addSegmentJobRoutes } from '../routes/segment-jobs/routes.ts';
import { addTokenRoutes } from '../routes/tokens/routes.ts';
import { acceptsAny } from './accept.ts';
import { basePath, externalBasePath } from './api-schema.ts';
import { answerClientError } from './client-errors.ts';
import { addJsonBodies } from './json-body.ts';
import { createServerMetrics, type ServerMetrics } from './metrics.ts';
import { openApiOptions } from './open-api.ts';
import { assertPermitted } from './permission.ts';
import { createErrorHandler } from './problems.ts';
import { requestIdOf } from './request-id.ts';
import { createRequestLimiter, type RequestLimiter } from './request-limits.ts';
import { logOf } from './request-log.ts';
import type { SandboxGate } from './sandbox-gate.ts';
import { createTenantFinder, type Tenant, type TenantFinder } from './tenancy.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set for every route of the API before its handler runs. */
    tenant: Tenant;
  }
  interface FastifyContextConfig {
    /** What a token must let do: unless said, what is no GET or HEAD is a write. */
    access?: 'read' | 'write' | 'admin';
    /** The body is no JSON and may take any time to arrive. */
    isStreamed?: boolean;
  }
}

/** What an application is made of. */
export interface AppDependencies extends RouteDependencies {
  readonly auth: Auth;
  /** Whether other processes use the same store. */
  readonly isShared: boolean;
  /** The clock, where requests may set it; otherwise null. */
  readonly settableClock: SettableClock | null;
  readonly logLevel: LogLevel;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const satisfies readonly HTTPMethods[];

/** The framework, with bounds on everything that arrives. */
function createFramework(deps: AppDependencies): FastifyInstance {
  const handleError = createErrorHandler(deps.limits);
  const app = Fastify({
    logger: deps.logLevel === 'silent' ? false : { level: deps.logLevel, stream: process.stderr },
    logController: new LogController({ disableRequestLogging: true }),
    // Most requests log nothing: `logOf` makes their logger when they do. Lines of the framework itself have no request id.
    childLoggerFactory: (logger) => logger,
    genReqId: (request: IncomingMessage) => requestIdOf(request),
    connectionTimeout: deps.limits.idleConnectionMs,
    // Uploads take as long as they take; JSON bodies have `bodyArrivalMs`.
    requestTimeout: 0,
    bodyLimit: deps.limits.bodyBytesMax,
    routerOptions: { maxParamLength: 1_024 },
    forceCloseConnections: 'idle',
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      handleError(error, request, reply);
    },
  });
  // Wire decoders validate with the schemas that the routes declare, and responses are sent as they are: the schemas of
  // routes describe, they do not filter.
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  app.setErrorHandler(handleError);
  addJsonBodies(app, deps.limits);
  return app;
}

/** The time limit of JSON bodies: a body that trickles in must not hold a connection for ever. */
function limitBodyTime(app: FastifyInstance, bodyArrivalMs: number): void {
  const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request.raw;
    const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
    if (hasBody && request.routeOptions.config.isStreamed !== true) {
      const timer = setTimeout(() => request.raw.destroy(), bodyArrivalMs);
      timer.unref();
      timers.set(request.raw, timer);
      request.raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    clearTimeout(timers.get(request.raw));
    done();
  });
}

/** Echoes the request's id, bounds its URL, measures and logs it. */
function addRequestHooks(app: FastifyInstance, deps: AppDependencies, metrics: ServerMetrics): void {
  const isDebugging = deps.logLevel === 'debug' || deps.logLevel === 'trace';
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    const { url } = request;
    if (url.length > deps.limits.urlLengthMax) {
      const expected = `at most ${deps.limits.urlLengthMax} characters`;
      return done(new Problem('limitExceeded', [{ message: 'the URL is too long', field: 'url', expected }]));
    }
    if (url.includes('%00')) {
      return done(new Problem('invalidParameter', [{ message: 'the URL holds a NUL character', field: 'url' }]));
    }
    done();
  });
  app.addHook('onRequest', checkAccept);
  limitBodyTime(app, deps.limits.bodyArrivalMs);
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const status = reply.statusCode;
    const route = request.routeOptions.url ?? 'none';
    metrics.observeRequest({ method, route, status }, reply.elapsedTime / 1000);
    const level = status >= 500 ? 'error' : status < 400 && (method === 'GET' || method === 'HEAD') ? 'debug' : 'info';
    if (level !== 'debug' || isDebugging) {
      logOf(request)[level]({ method, url: request.url, status, durationMs: reply.elapsedTime }, 'request');
    }
    done();
  });
}

/** Finds the tenant of every request of the API, and what it may, before anything of it is read. */
function addTenancy(
  api: FastifyInstance,
  { finder, limiter, gate }: { finder: TenantFinder; limiter: RequestLimiter; gate: SandboxGate | null },
): void {
  const accept = (request: FastifyRequest, reply: FastifyReply, tenant: Tenant): void => {
    request.tenant = tenant;
    limiter.admit(tenant.scope.org, reply);
    gate?.admit(tenant.key, reply);
    assertPermitted(request);
  };
  api.addHook('onRequest', (request: FastifyRequest, reply, done) => {
    const remembered = finder.remembered(request.headers);
    if (remembered === undefined) {
      finder
        .find(request.headers)
        .then((tenant) => {
          // Who has gone meanwhile is not let in: nothing would tell when such a request ends.
          if (reply.raw.closed) return false;
          accept(request, reply, tenant);
          return true;
        })
        .then((isIn) => {
          if (isIn) done();
        }, done);
      return;
    }
    try {
      accept(request, reply, remembered);
    } catch (error) {
      return done(error instanceof Error ? error : new Error('a request was refused', { cause: error }));
    }
    done();
  });
}

/** Refuses requests that accept no form of the answer. JSON is always one: errors have it. */
function checkAccept(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
  const { accept } = request.headers;
  // Nearly all clients send one of these two.
  if (accept === undefined || accept === '*/*') {
    done();
    return;
  }
  const forms = ['application/json', ...(request.routeOptions.schema?.produces ?? [])];
  if (acceptsAny(accept, forms)) {
    done();
    return;
  }
  const message = `the answer cannot be sent as \`${accept.slice(0, 200)}\``;
  done(new Problem('notAcceptable', [{ message, field: 'accept', expected: forms.join(' or ') }]));
}

/** Answers 405 with `Allow` for the methods that a known path does not have. */
function refuseOtherMethods(app: FastifyInstance, known: ReadonlyMap<string, ReadonlySet<string>>): void {
  for (const [url, allowed] of known) {
    const allow = [...allowed].sort().join(', ');
    app.route({
      method: methods.filter((method) => !allowed.has(method)),
      url,
      schema: { hide: true },
      // Before the body is read, whatever it is.
      onRequest: (request, reply, done) => {
        reply.header('allow', allow);
        const message = `\`${request.method}\` is not a method of this resource`;
        done(new Problem('methodNotAllowed', [{ message, expected: allow }]));
      },
      handler: (_request, reply) => reply.send(),
    });
  }
}

/** Notes which methods each path has, from now on. */
function collectRoutes(app: FastifyInstance): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const allowed = known.get(url) ?? new Set<string>();
    for (const name of Array.isArray(method) ? method : [method]) allowed.add(name);
    known.set(url, allowed);
  });
  return known;
}

/** The operations on a clock that requests may set. */
function addClock(app: FastifyInstance, deps: AppDependencies, clock: SettableClock): void {
  const { jobsInProgressMax } = deps.limits;
  addClockRoutes(app, {
    ...deps,
    clock,
    jobsInProgressMax,
    onFailure: (schedule, error) => app.log.error({ err: error, scheduleId: schedule.id }, 'a run could not start'),
  });
}

function pathNotFound(url: string): Problem {
  const path = url.split('?')[0]?.slice(0, 200);
  const suggestion = '`/openapi.json` has all that there is';
  return new Problem('routeNotFound', [{ message: `there is nothing at \`${path}\``, suggestion }]);
}

/** The application over its dependencies, ready for `listen` or `inject`. */
export async function createApp(deps: AppDependencies): Promise<FastifyInstance> {
  const app = createFramework(deps);
  const metrics = createServerMetrics(deps.control.jobs);
  const limiter = createRequestLimiter(deps.limits, () => performance.now());
  const { gate } = deps;
  const tenantRules = {
    sandboxes: deps.control.sandboxes,
    clock: deps.clock,
    authenticator: deps.auth.authenticator,
    gate,
    tenantAgeMs: deps.isShared ? deps.limits.sandboxBelievedMs : null,
  };
  await app.register(fastifySwagger, openApiOptions);
  addRequestHooks(app, deps, metrics);
  app.setNotFoundHandler((request) => {
    throw pathNotFound(request.url);
  });
  const known = collectRoutes(app);
  addOperationRoutes(app, { ...deps, metrics });
  if (deps.auth.issuer !== null) await addTokenRoutes(app, deps.auth.issuer, deps.limits);
  if (deps.settableClock !== null) addClock(app, deps, deps.settableClock);
  await app.register(async (management) => {
    const anywhere = createTenantFinder({ ...tenantRules, isSandboxOptional: true });
    // Sandboxes are managed from outside: who removes one is not in it.
    addTenancy(management, { finder: anywhere, limiter, gate: null });
    addSandboxRoutes(management, deps);
  });
  const finder = createTenantFinder({ ...tenantRules, isSandboxOptional: false });
  await app.register(
    async (api) => {
      addTenancy(api, { finder, limiter, gate });
      addAudienceRoutes(api, deps);
      addMemberRoutes(api, deps);
      addSegmentDefinitionRoutes(api, deps);
      addConversionRoutes(api);
      addSegmentJobRoutes(api, deps);
      addScheduleRoutes(api, deps);
      addFlexibleScheduleRoutes(api, deps);
      addPreviewRoutes(api, deps);
      addExportRoutes(api, deps);
      addSearchRoutes(api, deps);
      await addImportRoutes(api, deps);
    },
    { prefix: basePath },
  );
  await app.register(
    async (api) => {
      addTenancy(api, { finder, limiter, gate });
      addExternalAudienceRoutes(api, deps);
    },
    { prefix: externalBasePath },
  );
  refuseOtherMethods(app, new Map([...known].map(([url, allowed]) => [url, new Set(allowed)])));
  await app.ready();
  return app;
}
