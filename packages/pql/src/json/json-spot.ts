/** A value inside JSON of unknown shape, with the way to it. */

/** A value and where it stands. */
export interface JsonSpot {
  /** `undefined` where there is nothing. */
  readonly value: unknown;
  /** Null for the whole. */
  readonly parent: { readonly spot: JsonSpot; readonly key: string | number } | null;
}

/** The whole of a JSON value. */
export function wholeSpot(value: unknown): JsonSpot {
  return { value, parent: null };
}

/** The field of an object; of anything else, and where there is no such field, a spot without a value. */
export function fieldOf(spot: JsonSpot, key: string): JsonSpot {
  const value = isJsonObject(spot.value) && Object.hasOwn(spot.value, key) ? spot.value[key] : undefined;
  return { value, parent: { spot, key } };
}

/** The items of an array; null for anything else. */
export function itemsOf(spot: JsonSpot): readonly JsonSpot[] | null {
  return Array.isArray(spot.value)
    ? spot.value.map((value: unknown, key): JsonSpot => ({ value, parent: { spot, key } }))
    : null;
}

/** Whether there is a value other than null. */
export function isGiven({ value }: JsonSpot): boolean {
  return value !== undefined && value !== null;
}

/** Whether a value is an object and no array. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const pointerLengthMax = 200;

/** The JSON pointer of a spot, clipped when it is very long. */
export function pointerOf(spot: JsonSpot): string {
  const keys: string[] = [];
  for (let { parent } = spot; parent !== null; parent = parent.spot.parent) keys.push(`/${parent.key}`);
  // The keys are names of fields and indices, which have nothing to escape.
  const pointer = keys.reverse().join('');
  return pointer.length > pointerLengthMax ? `${pointer.slice(0, pointerLengthMax)}…` : pointer;
}
