/**
 * Stories of people, events and audiences as days go by, told over the HTTP API with the real stores behind it.
 *
 * Time is in days, whole or not, from the start of 2024, UTC. Nothing waits for it: each evaluation says its day.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { decodeConfig, type Muster, openMuster } from '@muster/server';
import type { JobResource } from '@muster/wire';
import { type Send, ServiceClient, type Tenant } from '../service/client.ts';

const dayMs = 86_400_000;
const start = Date.UTC(2024, 0, 1);

/** What is said about a person on a day. */
export interface PersonStep {
  readonly id: string;
  readonly day: number;
  readonly country: string;
}

/** Something a person did. */
export interface EventStep {
  readonly of: string;
  readonly day: number;
  readonly type: 'purchase' | 'view';
}

/** What an evaluation is to find for an audience: who is in it, and how many entered, stayed and left. */
export interface ExpectedAudience {
  readonly members: readonly string[];
  readonly entered: number;
  readonly stayed: number;
  readonly left: number;
}

const eventTypes = { purchase: 'commerce.purchases', view: 'web.webpagedetails.pageViews' } as const;

const momentOf = (day: number): string => new Date(start + Math.round(day * dayMs)).toISOString();

const identityMapOf = (id: string) => ({ email: [{ id, primary: true }] });

const linesOf = (documents: readonly object[]): string =>
  documents.map((document) => `${JSON.stringify(document)}\n`).join('');

/** A server for stories, which ends with the tests of the file. */
export async function openStoryServer(): Promise<Muster> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-story-'));
  const muster = await openMuster(decodeConfig({ MUSTER_DATA_DIR: folder, MUSTER_LOG_LEVEL: 'silent' }));
  after(async () => {
    await muster.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return muster;
}

/** What happens in one sandbox. */
export class Story {
  readonly client: ServiceClient;
  readonly #audiences = new Map<string, string>();
  #files = 0;

  constructor({ app }: Muster, tenant: Tenant) {
    const send: Send = async ({ method, url, headers, body }) => {
      const answer = await app.inject({ method, url, headers, ...(body === undefined ? {} : { payload: body }) });
      return { status: answer.statusCode, text: answer.body };
    };
    this.client = new ServiceClient(send, tenant);
  }

  /** Imports what is said about people. */
  async people(steps: readonly PersonStep[]): Promise<void> {
    const lines = linesOf(
      steps.map(({ id, day, country }) => ({
        identityMap: identityMapOf(id),
        homeAddress: { country },
        extSourceSystemAudit: { lastUpdatedDate: momentOf(day) },
      })),
    );
    await this.client.importFile({ kind: 'profiles', fingerprint: this.#nextFile(), lines });
  }

  /** Imports events. The same event twice is one. */
  async events(steps: readonly EventStep[]): Promise<void> {
    const lines = linesOf(
      steps.map(({ of, day, type }) => ({
        identityMap: identityMapOf(of),
        _id: `${of} ${type} ${day}`,
        timestamp: momentOf(day),
        eventType: eventTypes[type],
      })),
    );
    await this.client.importFile({ kind: 'events', fingerprint: this.#nextFile(), lines });
  }

  /** Creates an audience. `{name}` in the rule stands for the id of the audience of that name. */
  async audience(name: string, rule: string): Promise<void> {
    const pql = rule.replaceAll(/\{([^}]*)\}/g, (_, other: string) => this.idOf(other));
    this.#audiences.set(name, await this.client.createAudience(name, pql));
  }

  idOf(name: string): string {
    const id = this.#audiences.get(name);
    if (id === undefined) throw new Error(`the story has no audience \`${name}\``);
    return id;
  }

  /** Evaluates audiences, by name or all of them, as of a day. */
  evaluateOn(day: number, names: readonly string[] = [...this.#audiences.keys()]): Promise<JobResource> {
    return this.client.evaluate(
      names.map((name) => this.idOf(name)),
      momentOf(day),
    );
  }

  /** Evaluates all audiences as of a day and compares what is found. */
  async expectOn(day: number, expected: Readonly<Record<string, ExpectedAudience>>): Promise<void> {
    const job = await this.evaluateOn(day);
    const found: Record<string, ExpectedAudience> = {};
    for (const name of Object.keys(expected)) found[name] = await this.#foundBy(job, name);
    assert.deepEqual(found, expected, `day ${day}`);
  }

  async #foundBy({ metrics }: JobResource, name: string): Promise<ExpectedAudience> {
    const id = this.idOf(name);
    const members = [...(await this.client.memberIds(id))].sort();
    assert.equal(metrics.segmentedProfileCounter[id], members.length, `the counter of \`${name}\``);
    const counters = metrics.segmentedProfileByStatusCounter[id] ?? {};
    const { realized: entered = 0, existing: stayed = 0, exited: left = 0 } = counters;
    return { members, entered, stayed, left };
  }

  #nextFile(): string {
    this.#files += 1;
    return `file ${this.#files}`;
  }
}
