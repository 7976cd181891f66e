/** `/config/schedules/…`: which audiences are on which schedules, and runs out of turn. */
import { Problem } from '@muster/audience';
import {
  AddedAudiencesResource,
  AudienceMapBody,
  AudienceMapResource,
  decodeAudienceMap,
  decodeScheduleAudiences,
  decodeTrigger,
  encodeAudienceMap,
  encodeAudiencesChange,
  RemovedAudiencesResource,
  ScheduleAudiencesBody,
  TriggerBody,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses } from '../../http/api-schema.ts';
import { addToSchedule, findSchedulesOf, removeFromSchedule } from '../../use-cases/schedule-audiences.ts';
import { triggerSchedule } from '../../use-cases/scheduled-runs.ts';
import type { RouteDependencies } from '../dependencies.ts';

const tags = ['schedules'];

function addAdd(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'addAudiencesToSchedule',
    summary: 'Add audiences to a schedule',
    body: ScheduleAudiencesBody,
    response: { 200: AddedAudiencesResource, ...errorResponses(400, 404, 413, 415) },
  };
  app.post('/config/schedules/add-audiences', { schema }, async (request) => {
    const wanted = decodeScheduleAudiences(request.body);
    if (wanted instanceof Problem) throw wanted;
    const outcome = await addToSchedule(deps, request.tenant.scope, wanted.id, wanted.audienceIds);
    return { added: outcome.changed, ...encodeAudiencesChange(outcome) };
  });
}

function addRemove(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'removeAudiencesFromSchedule',
    summary: 'Remove audiences from a schedule',
    body: ScheduleAudiencesBody,
    response: { 200: RemovedAudiencesResource, ...errorResponses(400, 404, 413, 415) },
  };
  app.post('/config/schedules/remove-audiences', { schema }, async (request) => {
    const wanted = decodeScheduleAudiences(request.body);
    if (wanted instanceof Problem) throw wanted;
    const outcome = await removeFromSchedule(deps, request.tenant.scope, wanted.id, wanted.audienceIds);
    return { removed: outcome.changed, ...encodeAudiencesChange(outcome) };
  });
}

function addMap(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'mapAudiencesToSchedules',
    summary: 'Tell which schedules evaluate audiences',
    body: AudienceMapBody,
    response: { 200: AudienceMapResource, ...errorResponses(400, 413, 415) },
  };
  app.post('/config/schedules/audience-map', { schema, config: { access: 'read' } }, async (request) => {
    const ids = decodeAudienceMap(request.body);
    if (ids instanceof Problem) throw ids;
    return encodeAudienceMap(await findSchedulesOf(deps, request.tenant.scope, ids));
  });
}

function addTrigger(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'triggerSchedule',
    summary: 'Start a run of a schedule now',
    description: 'In whatever state it is; the runs that are due come as before.',
    body: TriggerBody,
    response: { 200: Type.Null(), ...errorResponses(400, 404, 413, 415, 429) },
  };
  app.post('/config/schedules/trigger', { schema }, async (request, reply) => {
    const id = decodeTrigger(request.body);
    if (id instanceof Problem) throw id;
    await triggerSchedule(deps, request.tenant.scope, id, deps.limits.jobsInProgressMax);
    return reply.status(200).send();
  });
}

/** Adds the operations on audiences of schedules, and the trigger. */
export function addFlexibleScheduleRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addAdd(app, deps);
  addRemove(app, deps);
  addMap(app, deps);
  addTrigger(app, deps);
}
