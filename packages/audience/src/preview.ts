/** A look at who a rule would find, before it is an audience. Source: reference, evaluation §13. */
import type { JobAudience } from './evaluation-job.ts';
import { type AudienceId, audienceId, type EpochMs } from './ids.ts';
import type { Task } from './task.ts';

/** What a preview was asked for. */
export interface PreviewRequest {
  /** The rule under its own id, then the audiences it refers to, directly or over others. */
  readonly audiences: readonly [JobAudience, ...JobAudience[]];
  /** `now` of the rule. */
  readonly asOf: EpochMs;
}

/** What a preview found. */
export interface PreviewOutcome {
  /** Everyone in the sandbox. */
  readonly totalProfiles: number;
  /** Those that were looked at: all of them when the answer is exact. */
  readonly profilesRead: number;
  readonly profilesMatched: number;
  /** Matches by the namespace of the primary identity. */
  readonly byNamespace: { readonly [namespace: string]: number };
  /** The profile numbers of the first matches, ascending. */
  readonly firstMatches: readonly number[];
}

/** A preview. */
export type Preview = Task<PreviewRequest, PreviewOutcome>;

/** The id that the rule of a preview has among the audiences it refers to; no stored audience has it. */
export const previewedAudienceId = (id: string): AudienceId => audienceId(`preview ${id}`);

/** Sandboxes up to this many profiles are always read whole. */
export const sampledAboveProfiles = 1_000_000;
/** From here on the sample is a share, not a number. */
const sharedAboveProfiles = 20_000_000;
const sampleShare = 0.05;

/** The share of profiles a sample has, 0 to 1; 1 when everyone is looked at. */
export function sampleShareOf(totalProfiles: number): number {
  if (totalProfiles <= sampledAboveProfiles) return 1;
  return totalProfiles <= sharedAboveProfiles ? sampledAboveProfiles / totalProfiles : sampleShare;
}

/** The size of an audience as far as a sample tells it. */
export interface Estimate {
  readonly size: number;
  /** Of `size`, in profiles; 0 when the answer is exact. */
  readonly standardError: number;
  /** The sizes that a 95 % confidence interval holds. */
  readonly low: number;
  readonly high: number;
}

/** The two-sided 95 % point of the normal distribution. */
const z = 1.959963984540054;

/**
 * What a look at `profilesRead` of `totalProfiles` says about all of them.
 *
 * The interval is Wilson's, which also holds when nothing or everything matched, narrowed because the sample is drawn
 * from a finite population without putting back. It never contradicts what was seen.
 */
export function estimateSize(
  seen: Pick<PreviewOutcome, 'totalProfiles' | 'profilesRead' | 'profilesMatched'>,
): Estimate {
  const { totalProfiles: total, profilesRead: read, profilesMatched: matched } = seen;
  if (read >= total) return { size: matched, standardError: 0, low: matched, high: matched };
  if (read === 0) return { size: 0, standardError: 0, low: 0, high: total };
  const share = matched / read;
  const correction = (total - read) / Math.max(1, total - 1);
  const z2 = z * z * correction;
  const centre = (share + z2 / (2 * read)) / (1 + z2 / read);
  const margin = (Math.sqrt(z2 * ((share * (1 - share)) / read + z2 / (4 * read * read))) / (1 + z2 / read)) * total;
  return {
    size: Math.round(share * total),
    standardError: Math.sqrt(((share * (1 - share)) / read) * correction) * total,
    low: Math.max(matched, Math.floor(centre * total - margin)),
    high: Math.min(total - (read - matched), Math.ceil(centre * total + margin)),
  };
}
