/** What is wrong with a mapping: collected, so that all of it is reported together. */
import { Problem, type ProblemDetail } from '@muster/audience';

/** A JSON object of unknown members. */
export type UnknownObject = { readonly [name: string]: unknown };

/** Whether a value is a JSON object. */
export const isObject = (value: unknown): value is UnknownObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The pointer to member `name` of what `pointer` points to. Source: RFC 6901. */
export const pointTo = (pointer: string, name: string): string =>
  `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** The findings about one mapping. */
export class Findings {
  readonly #details: ProblemDetail[] = [];

  /** Adds one; `pointer` says where in the mapping. */
  add(pointer: string, message: string, more: Omit<ProblemDetail, 'message' | 'field'> = {}): void {
    this.#details.push({ field: pointer, message, ...more });
  }

  /** Throws `mappingInvalid` with everything found, if anything was. */
  throwIfAny(): void {
    if (this.#details.length > 0) throw new Problem('mappingInvalid', this.#details);
  }

  /** The object at `pointer`, null and a finding when it is something else; members that are not `known` are findings. */
  object(value: unknown, pointer: string, known: readonly string[] | null): UnknownObject | null {
    if (!isObject(value)) {
      this.add(pointer, value === undefined ? 'is missing' : 'must be an object', { expected: 'object' });
      return null;
    }
    for (const name of Object.keys(value)) {
      if (known !== null && !known.includes(name)) {
        this.add(pointTo(pointer, name), `\`${name}\` is unknown here`, { expected: known.join(', ') });
      }
    }
    return value;
  }

  /** The text at `pointer`; null and a finding when it is none or empty. */
  text(value: unknown, pointer: string): string | null {
    if (typeof value === 'string' && value !== '') return value;
    this.add(pointer, value === undefined ? 'is missing' : 'must be a text that is not empty', { expected: 'string' });
    return null;
  }

  /** The texts at `pointer`, or `absent` when there is nothing. */
  texts(value: unknown, pointer: string, absent: readonly string[]): readonly string[] {
    if (value === undefined) return absent;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    this.add(pointer, 'must be a list of texts', { expected: 'array of string' });
    return absent;
  }
}
