/** Objects for values: no name can reach a prototype. */
import type { PqlValue } from './value.ts';

/**
 * Objects whose prototype has nothing, and whose own chain ends there: `constructor` or `__proto__` are ordinary names.
 * Unlike `Object.create(null)`, which the engine keeps as a hash table, they are as fast to read as a literal.
 */
class Bare {
  [name: string]: PqlValue;
}
Object.setPrototypeOf(Bare.prototype, null);
Reflect.deleteProperty(Bare.prototype, 'constructor');

/** An object without members, to be filled by the one who made it. */
export function emptyObject(): Record<string, PqlValue> {
  return new Bare();
}
