/** Profiles and events on their way into files. */
import type { JobAudience } from './evaluation-job.ts';
import type { AudienceId, EpochMs } from './ids.ts';
import type { Task } from './task.ts';

/** The formats of exports. */
export const exportFormats = ['csv', 'jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** How people can stand to an audience: members, members since before its latest evaluation, and people who left. */
export const exportStatuses = ['realized', 'existing', 'exited'] as const;
export type ExportStatus = (typeof exportStatuses)[number];

/** An audience whose people are exported. `realized` takes in `existing`. */
export interface ExportSegment {
  readonly audienceId: AudienceId;
  readonly namespace: string;
  readonly statuses: readonly ExportStatus[];
}

/** The events that are exported with their people. */
export interface ExportEvents {
  /** Dotted paths; empty for all. */
  readonly fields: readonly string[];
  readonly from: EpochMs | null;
  readonly to: EpochMs | null;
}

/** What an export was asked for. */
export interface ExportRequest {
  readonly datasetId: string;
  readonly schemaName: string;
  readonly format: ExportFormat;
  /** One file for each segment instead of one for all. */
  readonly segmentPerBatch: boolean;
  /** Dotted paths; empty for all. */
  readonly fields: readonly string[];
  /** Empty for everyone. */
  readonly segments: readonly ExportSegment[];
  readonly qualifiedFrom: EpochMs | null;
  readonly qualifiedTo: EpochMs | null;
  readonly changedAfter: EpochMs | null;
  readonly emptyProfiles: boolean;
  readonly events: ExportEvents | null;
  /** The audiences to evaluate first, as they were when the export was made; null to export what is stored. */
  readonly evaluate: readonly JobAudience[] | null;
  readonly mergePolicyId: string;
  readonly requestId: string;
}

/** A file of an export. */
export interface ExportFile {
  /** Made up by the service: holds nothing that a user wrote. */
  readonly name: string;
  readonly content: 'profiles' | 'events';
  /** The segment it is for; null when it is for all. */
  readonly segmentId: AudienceId | null;
  readonly rows: number;
  readonly bytes: number;
}

/** What an export gave. */
export interface ExportOutcome {
  readonly files: readonly ExportFile[];
  readonly exportedProfiles: number;
  readonly byNamespace: { readonly [namespace: string]: number };
}

/** An export. */
export type ExportJob = Task<ExportRequest, ExportOutcome>;
