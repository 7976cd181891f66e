/** The values that the JSON form of an expression is made of. */

/** A JSON value. */
export type PqlJson = null | boolean | number | string | readonly PqlJson[] | PqlJsonObject;

/** A JSON object: a node, or a part of one. */
export interface PqlJsonObject {
  readonly [field: string]: PqlJson;
}
