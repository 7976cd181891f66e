/** `/muster/clock`: the clock of the server, which tests set. An extension, in `dev` mode only. */
import { Problem } from '@muster/audience';
import { parseIsoTime } from '@muster/pql';
import {
  ClockAdvanceBody,
  ClockChangeBody,
  ClockResource,
  decodeClockAdvance,
  decodeClockChange,
  encodeClock,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import type { SettableClock } from '../../adapters/settable-clock.ts';
import { type ClockDependencies, moveClock } from '../../use-cases/move-clock.ts';

const path = '/muster/clock';
/** It is nobody's: the server has one clock for all. */
const common = { tags: ['clock'], security: [], response: { 200: ClockResource } };

/** What the operations need. */
export interface ClockRouteDependencies extends ClockDependencies {
  readonly clock: SettableClock;
}

/** Adds the operations. */
export function addClockRoutes(app: FastifyInstance, deps: ClockRouteDependencies): void {
  const { clock } = deps;
  const find = { ...common, operationId: 'getClock', summary: 'What time it is for the server' };
  app.get(path, { schema: find }, async () => encodeClock(clock.now(), clock.mode));
  const set = {
    ...common,
    operationId: 'setClock',
    summary: 'Set the clock',
    description: 'Forward, the scheduled runs on the way are started and have ended when this answers.',
    body: ClockChangeBody,
  };
  app.put(path, { schema: set }, async (request) => {
    const change = decodeClockChange(request.body, parseIsoTime);
    if (change instanceof Problem) throw change;
    const runs = change.at === null || change.at <= clock.now() ? 0 : await moveClock(deps, change.at);
    clock.set(change);
    return encodeClock(clock.now(), clock.mode, runs);
  });
  const advance = {
    ...common,
    operationId: 'advanceClock',
    summary: 'Let time pass',
    description: 'The scheduled runs on the way are started, each at its moment, and have ended when this answers.',
    body: ClockAdvanceBody,
  };
  app.post(`${path}/advance`, { schema: advance }, async (request) => {
    const target = decodeClockAdvance(request.body, clock.now());
    if (target instanceof Problem) throw target;
    const runs = await moveClock(deps, target);
    return encodeClock(clock.now(), clock.mode, runs);
  });
}
