/**
 * The types of PQL. All are optional by nature: every value of every type may be null.
 *
 * `integer` is a subtype of `number`. `timestamp` covers XDM `date` (midnight UTC) and `date-time`; its values are
 * epoch milliseconds. `any` is an untyped field: every operation accepts it and decides at run time.
 */
export type PqlType =
  | { readonly kind: 'null' }
  | { readonly kind: 'any' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer' }
  | { readonly kind: 'number' }
  | { readonly kind: 'string' }
  | { readonly kind: 'timestamp' }
  | ObjectType
  | { readonly kind: 'array'; readonly element: PqlType }
  | { readonly kind: 'map'; readonly value: PqlType };

/** An object with named fields. A null-prototype-safe map: names such as `__proto__` are ordinary keys. */
export interface ObjectType {
  readonly kind: 'object';
  readonly fields: ReadonlyMap<string, Field>;
  /** Fields that are not listed are allowed, and of type `any`. */
  readonly open?: true;
}

/** One field of an object: its type and what the schema says about it for people and for storage. */
export interface Field {
  readonly type: PqlType;
  readonly title?: string;
  readonly description?: string;
  /** Known values, in schema order; a hint for people and for storage, not a constraint. */
  readonly values?: readonly string[];
}

/**
 * The fields an expression may use: a frozen picture of a sandbox's union schema.
 *
 * `profile` does not list `xEvent`: the checker adds it as an array of `event`.
 */
export interface Schema {
  readonly profile: ObjectType;
  readonly event: ObjectType;
}

/** The member of a profile that holds its events. */
export const eventMember = 'xEvent';

/** The types with no parts, ready to use. */
export const scalarTypes = {
  null: { kind: 'null' },
  any: { kind: 'any' },
  boolean: { kind: 'boolean' },
  integer: { kind: 'integer' },
  number: { kind: 'number' },
  string: { kind: 'string' },
  timestamp: { kind: 'timestamp' },
} as const satisfies Record<string, PqlType>;
