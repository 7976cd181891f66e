/** What previews ask and find, as JSON. */
import type { PreviewOutcome, PreviewRequest } from '@muster/audience';
import { decodeJobAudience } from './job-row.ts';
import { listOf, numberOf, numbersOf, timeOf } from './row.ts';
import type { TaskKind } from './task-row.ts';

function decodeRequest(value: unknown): PreviewRequest {
  const [rule, ...others] = listOf(value, 'audiences', decodeJobAudience);
  if (rule === undefined) throw new Error('a stored preview has no rule');
  return { audiences: [rule, ...others], asOf: timeOf(value, 'asOf') };
}

function decodeMatch(value: unknown): number {
  return numberOf({ match: value }, 'match');
}

function decodeOutcome(value: unknown): PreviewOutcome {
  return {
    totalProfiles: numberOf(value, 'totalProfiles'),
    profilesRead: numberOf(value, 'profilesRead'),
    profilesMatched: numberOf(value, 'profilesMatched'),
    byNamespace: numbersOf(value, 'byNamespace'),
    firstMatches: listOf(value, 'firstMatches', decodeMatch),
  };
}

/** Previews among the tasks. */
export const previewKind: TaskKind<PreviewRequest, PreviewOutcome> = { kind: 'preview', decodeRequest, decodeOutcome };
