/** `/config/schedules`: when evaluations start by themselves. */
import { Problem, scheduleId } from '@muster/audience';
import {
  decodeNewSchedule,
  decodePageRequest,
  decodeSchedulePatch,
  encodeSchedule,
  encodeScheduleList,
  NewScheduleBody,
  PageParameters,
  ScheduleListResource,
  SchedulePatchBody,
  ScheduleResource,
  type ScheduleSurroundings,
  wireLimits,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import type { Tenant } from '../../http/tenancy.ts';
import { changeSchedule, createSchedule } from '../../use-cases/change-schedules.ts';
import { findSchedule } from '../../use-cases/find-schedule.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';

const tags = ['schedules'];

const surroundings = ({ scope, sandbox }: Tenant): ScheduleSurroundings => ({ org: scope.org, sandbox });

function addCreate(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'createSchedule',
    summary: 'Create a schedule',
    body: NewScheduleBody,
    response: { 200: ScheduleResource, ...errorResponses(400, 413, 415) },
  };
  app.post('/config/schedules', { schema }, async (request) => {
    const draft = decodeNewSchedule(request.body);
    if (draft instanceof Problem) throw draft;
    return encodeSchedule(await createSchedule(deps, request.tenant.scope, draft), surroundings(request.tenant));
  });
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listSchedules',
    summary: 'List schedules, newest first',
    querystring: PageParameters,
    response: { 200: ScheduleListResource, ...errorResponses(400) },
  };
  const limits = { limitDefault: wireLimits.pageSizeDefault, limitMax: wireLimits.pageSizeMax };
  app.get<QueryString>('/config/schedules', { schema }, async (request) => {
    const page = decodePageRequest(request.query, limits);
    if (page instanceof Problem) throw page;
    const { index, limit } = page;
    const listed = await deps.control.schedules.list(request.tenant.scope, { offset: index * limit, limit });
    return encodeScheduleList(page, listed.items, listed.totalCount, surroundings(request.tenant));
  });
}

function addFind(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'getSchedule',
    summary: 'Look up a schedule',
    params: idParameter,
    response: { 200: ScheduleResource, ...errorResponses(404) },
  };
  app.get<IdPath>('/config/schedules/:id', { schema }, async (request) => {
    const schedule = await findSchedule(deps, request.tenant.scope, scheduleId(request.params.id));
    return encodeSchedule(schedule, surroundings(request.tenant));
  });
}

function addPatch(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'updateSchedule',
    summary: 'Change the state or the time of a schedule',
    params: idParameter,
    body: SchedulePatchBody,
    response: { 204: Type.Null(), ...errorResponses(400, 404, 413, 415) },
  };
  app.patch<IdPath>('/config/schedules/:id', { schema }, async (request, reply) => {
    const wanted = decodeSchedulePatch(request.body);
    if (wanted instanceof Problem) throw wanted;
    await changeSchedule(deps, request.tenant.scope, scheduleId(request.params.id), wanted);
    return reply.status(204).send();
  });
}

function addDelete(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule',
    description: 'Jobs that it has started go on.',
    params: idParameter,
    response: { 204: Type.Null(), ...errorResponses(404) },
  };
  app.delete<IdPath>('/config/schedules/:id', { schema }, async (request, reply) => {
    await deps.control.schedules.delete(request.tenant.scope, scheduleId(request.params.id));
    return reply.status(204).send();
  });
}

/** Adds the operations on one schedule at a time. */
export function addScheduleRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addCreate(app, deps);
  addList(app, deps);
  addFind(app, deps);
  addPatch(app, deps);
  addDelete(app, deps);
}
