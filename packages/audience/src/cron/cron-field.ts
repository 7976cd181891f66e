/** One field of a cron expression: a list of numbers, names, ranges and steps. */

/** What may stand in a field. */
export interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Words for the numbers from `min` up, in upper case. */
  readonly words?: readonly string[];
  /** Whether a range may pass the end, as `FRI-MON` does. */
  readonly wraps: boolean;
}

const itemPattern = /^(?:(?<all>\*)|(?<from>[0-9A-Z]+)(?:-(?<to>[0-9A-Z]+))?)(?:\/(?<step>\d{1,4}))?$/;

/** The number that `text` is in the field; null when it is none. */
export function cronNumber(field: CronField, text: string): number | null {
  const word = field.words?.indexOf(text) ?? -1;
  if (word >= 0) return field.min + word;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= field.min && value <= field.max ? value : null;
}

/** The numbers of a range, in steps, beyond the end from the start again. */
function stepThrough({ min, max }: CronField, from: number, to: number, step: number): readonly number[] {
  const size = max - min + 1;
  const length = from <= to ? to - from : to - from + size;
  const count = Math.floor(length / step) + 1;
  return Array.from({ length: count }, (_, index) => ((from - min + index * step) % size) + min);
}

/**
 * The numbers that an item in upper case names: `*`, a number, a range, each with a step if need be; null when it is
 * none of these. A single number with a step starts a range that goes on to the end.
 */
export function cronNumbers(field: CronField, item: string): readonly number[] | null {
  const groups = itemPattern.exec(item)?.groups;
  if (groups === undefined) return null;
  const { all, from: fromText = '', to: toText, step: stepText } = groups;
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1 || step > field.max) return null;
  if (all !== undefined) return stepThrough(field, field.min, field.max, step);
  const from = cronNumber(field, fromText);
  if (from === null) return null;
  if (toText === undefined) return stepThrough(field, from, stepText === undefined ? from : field.max, step);
  const to = cronNumber(field, toText);
  if (to === null || (from > to && !field.wraps)) return null;
  return stepThrough(field, from, to, step);
}
