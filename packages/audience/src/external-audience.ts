/** Audiences whose members come in files: what is known of the files, and the work they make. */
import type { JsonObject } from './audience.ts';
import type { AudienceId, EpochMs } from './ids.ts';
import type { Task } from './task.ts';

/** The types of columns. */
export const externalFieldTypes = ['string', 'number', 'long', 'integer', 'date', 'datetime', 'boolean'] as const;
export type ExternalFieldType = (typeof externalFieldTypes)[number];

/** A column of the files. */
export interface ExternalField {
  readonly name: string;
  readonly type: ExternalFieldType;
  /** The namespace whose identities the column holds; null for any other column. */
  readonly identityNs: string | null;
  readonly labels: readonly string[];
}

/** The kinds of places that files come in. */
export const externalSourceTypes = ['file', 'folder'] as const;

/** Where the files are. */
export interface ExternalSource {
  readonly path: string;
  readonly type: (typeof externalSourceTypes)[number];
  readonly sourceType: string | null;
  readonly cloudType: string | null;
  readonly baseConnectionId: string | null;
  readonly encryption: JsonObject | null;
}

/** The files of an audience: their columns, and where they are. */
export interface ExternalIngestion {
  readonly fields: readonly ExternalField[];
  readonly source: ExternalSource;
}

/** An external audience as a client describes it. */
export interface ExternalDefinition extends ExternalIngestion {
  readonly name: string;
  readonly description: string | null;
  readonly customAudienceId: string | null;
  readonly ttlInDays: number;
  readonly originName: string;
  readonly namespace: string;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
}

/** What makes an external audience, under an id that is known before. */
export interface ExternalCreationRequest {
  readonly audienceId: AudienceId;
  readonly definition: ExternalDefinition;
}

/** What making gave. */
export interface ExternalCreationOutcome {
  readonly audienceId: AudienceId;
}

/** The making of an external audience. */
export type ExternalCreation = Task<ExternalCreationRequest, ExternalCreationOutcome>;

/** What reads files into the members of an audience. */
export interface ExternalRunRequest {
  readonly audienceId: AudienceId;
  readonly audienceName: string;
  /** Files that changed at this moment or later are taken, and up to `to`. */
  readonly from: EpochMs;
  readonly to: EpochMs | null;
}

/** What reading gave. */
export interface ExternalRunOutcome {
  readonly files: number;
  readonly rows: number;
  /** Rows that do not fit the fields, or name nobody. */
  readonly rejected: number;
  readonly members: number;
}

/** The reading of files into an external audience. Its subject is the audience. */
export type ExternalRun = Task<ExternalRunRequest, ExternalRunOutcome>;

/** What ends the memberships of an external audience. */
export interface ExternalExpiryRequest {
  readonly audienceId: AudienceId;
  readonly at: EpochMs;
}

/** What ending gave; 0 when the audience was renewed meanwhile. */
export interface ExternalExpiryOutcome {
  readonly exited: number;
}

/** The end of memberships at a moment. Its subject is the audience; of several, the one made last counts. */
export type ExternalExpiry = Task<ExternalExpiryRequest, ExternalExpiryOutcome>;

/** Limits the reference gives. */
export const externalLimits = {
  fieldsMax: 41,
  ttlInDaysMin: 1,
  ttlInDaysMax: 90,
  ttlInDaysDefault: 30,
  /** Runs of a sandbox in 24 hours. */
  runsPerDayMax: 100,
  /** Runs of one audience in 24 hours. */
  runsPerAudienceMax: 10,
  runDayMs: 86_400_000,
} as const;

const numberPattern = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

const valuePatterns: Readonly<Record<ExternalFieldType, RegExp>> = {
  string: /^/,
  number: numberPattern,
  long: /^[+-]?\d{1,19}$/,
  integer: /^[+-]?\d{1,10}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  datetime: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/,
  boolean: /^(?:true|false)$/i,
};

/** Whether the text of a cell is of a type; an empty one is no value, and of any. */
export function fitsExternalType(text: string, type: ExternalFieldType): boolean {
  return text === '' || valuePatterns[type].test(text);
}

/** The field that holds identities; null when there is none. */
export function identityFieldOf(fields: readonly ExternalField[]): ExternalField | null {
  return fields.find(({ identityNs }) => identityNs !== null) ?? null;
}
