/** `/segment/jobs`: batch evaluations. */
import { jobId, Problem } from '@muster/audience';
import {
  BulkGetBody,
  decodeBulkIds,
  decodeJobList,
  decodeNewJob,
  encodeBulkResults,
  encodeJob,
  encodeJobList,
  JobBulkResource,
  JobListParameters,
  JobListResource,
  JobResource,
  type JobSurroundings,
  NewJobBody,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import type { Tenant } from '../../http/tenancy.ts';
import { bulkFindJobs } from '../../use-cases/bulk-find-jobs.ts';
import { cancelJob } from '../../use-cases/cancel-job.ts';
import { createJob } from '../../use-cases/create-job.ts';
import { findJob } from '../../use-cases/find-job.ts';
import { listJobs } from '../../use-cases/list-jobs.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';
import { asOfHeader, decodeAsOfHeader } from './as-of-header.ts';

const tags = ['segment jobs'];

const surroundings = ({ scope, sandbox }: Tenant): JobSurroundings => ({ org: scope.org, sandbox });

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createSegmentJob',
    summary: 'Evaluate audiences',
    headers: asOfHeader,
    body: NewJobBody,
    response: { 200: JobResource, ...errorResponses(400, 404, 413, 415, 429) },
  };
  app.post('/segment/jobs', { schema }, async (request) => {
    const audiences = decodeNewJob(request.body);
    if (audiences instanceof Problem) throw audiences;
    const asOf = decodeAsOfHeader(request.headers);
    if (asOf instanceof Problem) throw asOf;
    const { jobsInProgressMax } = deps.limits;
    const wanted = { audiences, asOf, requestId: request.id, jobsInProgressMax };
    const job = await createJob(deps, request.tenant.scope, wanted);
    return encodeJob(job, surroundings(request.tenant));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listSegmentJobs',
    summary: 'List segment jobs, newest first unless sorted otherwise',
    querystring: JobListParameters,
    response: { 200: JobListResource, ...errorResponses(400) },
  };
  app.get<QueryString>('/segment/jobs', { schema }, async (request) => {
    const wanted = decodeJobList(request.query);
    if (wanted instanceof Problem) throw wanted;
    const { tenant } = request;
    const { items, totalCount } = await listJobs(deps, tenant.scope, wanted, surroundings(tenant));
    return encodeJobList(wanted, items, totalCount);
  });
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getSegmentJob',
    summary: 'Look up a segment job',
    params: idParameter,
    response: { 200: JobResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/segment/jobs/:id', { schema }, async (request) => {
    const job = await findJob(deps, request.tenant.scope, jobId(request.params.id));
    return encodeJob(job, surroundings(request.tenant));
  });
}

function addCancel(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'cancelSegmentJob',
    summary: 'Cancel a segment job',
    description: 'Answers at once; a job that is being evaluated is CANCELLING for a moment.',
    params: idParameter,
    response: { 204: Type.Null(), ...errorResponses(400, 404) },
  };
  app.delete<IdPath>('/segment/jobs/:id', { schema }, async (request, reply) => {
    await cancelJob(deps, request.tenant.scope, jobId(request.params.id));
    return reply.status(204).send();
  });
}

function addBulkGet(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'bulkGetSegmentJobs',
    summary: 'Look up several segment jobs',
    body: BulkGetBody,
    response: { 207: JobBulkResource, ...errorResponses(400, 404, 413, 415) },
  };
  app.post('/segment/jobs/bulk-get', { schema }, async (request, reply) => {
    const { tenant } = request;
    const ids = decodeBulkIds(request.body);
    if (ids instanceof Problem) throw ids;
    const found = await bulkFindJobs(deps, tenant.scope, ids.map(jobId));
    const resources = found.map((job) => encodeJob(job, surroundings(tenant)));
    return reply.status(207).send(encodeBulkResults(ids, resources, request.id));
  });
}

/** Adds the operations. */
export function addSegmentJobRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addCancel(app, deps);
  addBulkGet(app, deps);
}
