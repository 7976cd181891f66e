/**
 * A value at run time. Timestamps are numbers (epoch milliseconds); missing is `null`.
 *
 * Objects come from `decodeDocument`: they have no prototype, no null members, no empty members.
 */
export type PqlValue = null | boolean | number | string | PqlObject | readonly PqlValue[];

/** An object value: no prototype, so that no name can reach one. */
export interface PqlObject {
  readonly [name: string]: PqlValue;
}
