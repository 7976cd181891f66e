/** `/config/schedules`: when evaluations start by themselves. */
import {
  AddedAudiencesResource,
  AudienceMapResource,
  type NewScheduleBody,
  type PageParameters,
  RemovedAudiencesResource,
  ScheduleListResource,
  type SchedulePatchBody,
  ScheduleResource,
} from '@muster/wire';
import type { Static } from 'typebox';
import { iteratePages, pageIndex } from '../../paging/iterate-pages.ts';
import { type CallOptions, pathOf } from '../../transport/call.ts';
import type { Transport } from '../../transport/transport.ts';

/** A body that creates a schedule. */
export type NewSchedule = Static<typeof NewScheduleBody>;
/** A JSON Patch on the state and the time of a schedule. */
export type SchedulePatch = Static<typeof SchedulePatchBody>;

const root = ['config', 'schedules'] as const;

/** Schedules. */
export class Schedules {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Creates a schedule. Not repeated: there would be two. */
  create(json: NewSchedule, options: CallOptions = {}): Promise<ScheduleResource> {
    const call = { method: 'POST', path: pathOf(...root), json, isRepeatable: false } as const;
    return this.#transport.json(ScheduleResource, call, options);
  }

  /** A page of schedules, newest first. */
  list(query: PageParameters = {}, options: CallOptions = {}): Promise<ScheduleListResource> {
    const call = { method: 'GET', path: pathOf(...root), query, isRepeatable: true } as const;
    return this.#transport.json(ScheduleListResource, call, options);
  }

  /** All schedules from a page on. */
  iterate(query: PageParameters = {}, options: CallOptions = {}): AsyncGenerator<ScheduleResource, void> {
    return iteratePages(query.start, async (start = 0) => {
      const { children, _page } = await this.list({ ...query, start }, options);
      return { items: children, next: pageIndex(_page.next) };
    });
  }

  /** A schedule. */
  get(id: string, options: CallOptions = {}): Promise<ScheduleResource> {
    const call = { method: 'GET', path: pathOf(...root, id), isRepeatable: true } as const;
    return this.#transport.json(ScheduleResource, call, options);
  }

  /** Changes the state or the time of a schedule. */
  update(id: string, json: SchedulePatch, options: CallOptions = {}): Promise<void> {
    const call = { method: 'PATCH', path: pathOf(...root, id), json, isRepeatable: true } as const;
    return this.#transport.nothing(call, options);
  }

  /** Deletes a schedule; jobs that it has started go on. */
  delete(id: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'DELETE', path: pathOf(...root, id), isRepeatable: true, isDoneWhenGone: true } as const;
    return this.#transport.nothing(call, options);
  }

  /** Adds audiences to a schedule. Not repeated: the answer says what this call has changed. */
  addAudiences(id: string, segments: readonly string[], options: CallOptions = {}): Promise<AddedAudiencesResource> {
    const json = { id, segments };
    const call = { method: 'POST', path: pathOf(...root, 'add-audiences'), json, isRepeatable: false } as const;
    return this.#transport.json(AddedAudiencesResource, call, options);
  }

  /** Removes audiences from a schedule. Not repeated: the answer says what this call has changed. */
  removeAudiences(
    id: string,
    segments: readonly string[],
    options: CallOptions = {},
  ): Promise<RemovedAudiencesResource> {
    const json = { id, segments };
    const call = { method: 'POST', path: pathOf(...root, 'remove-audiences'), json, isRepeatable: false } as const;
    return this.#transport.json(RemovedAudiencesResource, call, options);
  }

  /** Which schedules evaluate audiences. */
  mapAudiences(segments: readonly string[], options: CallOptions = {}): Promise<AudienceMapResource> {
    const json = { segments };
    const call = { method: 'POST', path: pathOf(...root, 'audience-map'), json, isRepeatable: true } as const;
    return this.#transport.json(AudienceMapResource, call, options);
  }

  /** Starts a run now, in whatever state the schedule is. */
  trigger(id: string, options: CallOptions = {}): Promise<void> {
    const call = { method: 'POST', path: pathOf(...root, 'trigger'), json: { id }, isRepeatable: false } as const;
    return this.#transport.nothing(call, options);
  }
}
