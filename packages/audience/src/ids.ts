/** Identifiers and units that must not be mixed up, with the one decoder that makes each. */
import type { Brand } from './brand.ts';

/** An organisation, such as `0123456789ABCDEF@AdobeOrg`. */
export type OrgId = Brand<string, 'OrgId'>;
/** A sandbox of an organisation, in lower case, such as `prod`. */
export type SandboxName = Brand<string, 'SandboxName'>;
/** Who acts: the user or integration a token names. */
export type ActorId = Brand<string, 'ActorId'>;
/** The server's id of an audience: opaque. Not the `audienceId` of the wire, which a client may choose. */
export type AudienceId = Brand<string, 'AudienceId'>;
/** The id of an evaluation job: opaque. */
export type JobId = Brand<string, 'JobId'>;
/** The id of an import: opaque. */
export type ImportId = Brand<string, 'ImportId'>;
/** The id of a schedule: opaque. */
export type ScheduleId = Brand<string, 'ScheduleId'>;
/** The id of a preview, an export or an upload: opaque. */
export type TaskId = Brand<string, 'TaskId'>;
/** A profile's dense number inside one sandbox, from 1 up; the positions of membership bitmaps. */
export type ProfileId = Brand<number, 'ProfileId'>;
/** Milliseconds since 1970-01-01T00:00:00Z, a safe integer. */
export type EpochMs = Brand<number, 'EpochMs'>;
/** The version of a stored object, an opaque string that changes with every write. */
export type Etag = Brand<string, 'Etag'>;

const asOrgId = (text: string): OrgId => text as OrgId;
const asSandboxName = (text: string): SandboxName => text as SandboxName;

/** Characters an organisation id may have; also keeps ids printable in logs and usable in file names. */
const orgIdPattern = /^[A-Za-z0-9][A-Za-z0-9@._-]{0,127}$/;
/** Sandbox names as the platform allows them. */
const sandboxNamePattern = /^[a-z0-9][a-z0-9-]{0,255}$/;

/** The organisation id in `text`, or null when it is malformed. */
export function decodeOrgId(text: string): OrgId | null {
  return orgIdPattern.test(text) ? asOrgId(text) : null;
}

/** The sandbox name in `text`, or null when it is malformed. */
export function decodeSandboxName(text: string): SandboxName | null {
  return sandboxNamePattern.test(text) ? asSandboxName(text) : null;
}

/** An actor id; any text. */
export const actorId = (text: string): ActorId => text as ActorId;
/** An audience id; any text, since ids are opaque. */
export const audienceId = (text: string): AudienceId => text as AudienceId;
/** A job id; any text. */
export const jobId = (text: string): JobId => text as JobId;
/** An import id; any text. */
export const importId = (text: string): ImportId => text as ImportId;
/** A schedule id; any text. */
export const scheduleId = (text: string): ScheduleId => text as ScheduleId;
/** A task id; any text. */
export const taskId = (text: string): TaskId => text as TaskId;
/** An etag; any text. */
export const etag = (text: string): Etag => text as Etag;

/** A profile number. Throws a bug unless it is a positive 32-bit integer. */
export function profileId(value: number): ProfileId {
  if (!Number.isInteger(value) || value < 1 || value > 0xffff_ffff) throw new Error(`not a profile id: ${value}`);
  return value as ProfileId;
}

/** A moment. Throws a bug unless it is a safe integer. */
export function epochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value)) throw new Error(`not epoch milliseconds: ${value}`);
  return value as EpochMs;
}
