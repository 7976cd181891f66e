/** What a run throws when rules ask for more than the engine has. */
import { type AudienceId, Problem } from '@muster/audience';

/** Audiences that the message names. */
const namedMax = 10;

/** `engineExhausted`, because of some audiences of a run: one of them at least, and those that were computed with it. */
export class RulesExhausted extends Problem {
  readonly audienceIds: readonly AudienceId[];

  constructor(audienceIds: readonly AudienceId[], cause?: unknown) {
    const named = audienceIds.slice(0, namedMax).map((id) => `\`${id}\``);
    const rest = audienceIds.length - named.length;
    const which = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
    const message = `audience ${which}: a rule that compares events with events needs memory and time for each pair`;
    const suggestion = 'Ask for fewer events, with a filter or a window of time.';
    super('engineExhausted', [{ message: `${message}. ${suggestion}`, suggestion }], { cause });
    this.audienceIds = audienceIds;
  }
}
