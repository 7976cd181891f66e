/** JSON as it arrives: where it is malformed, how deep it is, and what it must not contain. */

/** Where and why a JSON text is malformed, as an offset into it; null when it is well formed. */
export interface JsonFault {
  readonly at: number;
  readonly expected: string;
}

const space = /[ \t\n\r]*/y;
const scalar =
  /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

type Expectation = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | ', or ]' | ', or }' | 'end';

/** What a punctuation mark leads to where it is expected; `close` ends the container that is open. */
const punctuation: Readonly<Record<Expectation, Readonly<Record<string, Expectation | 'close'>>>> = {
  value: {},
  'value or ]': { ']': 'close' },
  name: {},
  'name or }': { '}': 'close' },
  ':': { ':': 'value' },
  ', or ]': { ',': 'value', ']': 'close' },
  ', or }': { ',': 'name', '}': 'close' },
  end: {},
};

/** What comes after a value: the end of the text, or more of the container that is open. */
function afterValue(open: readonly string[]): Expectation {
  const container = open.at(-1);
  if (container === undefined) return 'end';
  return container === '[' ? ', or ]' : ', or }';
}

/** One step of the scan: where it goes on and what is expected there, or null for a fault. */
function step(text: string, at: number, expected: Expectation, open: string[]): [number, Expectation] | null {
  const character = text[at] ?? '';
  const mark = punctuation[expected][character];
  if (mark === 'close') open.pop();
  if (mark !== undefined) return [at + 1, mark === 'close' ? afterValue(open) : mark];
  if (expected === 'name' || expected === 'name or }') {
    const end = character === '"' ? match(scalar, text, at) : -1;
    return end < 0 ? null : [end, ':'];
  }
  if (expected !== 'value' && expected !== 'value or ]') return null;
  if (character === '[' || character === '{') {
    open.push(character);
    return [at + 1, character === '[' ? 'value or ]' : 'name or }'];
  }
  const end = match(scalar, text, at);
  return end < 0 ? null : [end, afterValue(open)];
}

/** Finds the first fault of a JSON text. Linear in the text, no recursion. */
export function findJsonFault(text: string): JsonFault | null {
  const open: string[] = [];
  let at = match(space, text, 0);
  let expected: Expectation = 'value';
  while (!(expected === 'end' && at === text.length)) {
    const next = step(text, at, expected, open);
    if (next === null) return { at, expected: expected === 'end' ? 'the end of the text' : expected };
    [at, expected] = next;
    at = match(space, text, at);
  }
  return null;
}

/** Whether arrays and objects nest deeper than `depthMax`; brackets in strings do not count. Needs no valid JSON. */
export function isDeeperThan(text: string, depthMax: number): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > depthMax) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed();

/**
 * The JSON pointer of the first text or name that a database cannot keep as it is (a NUL character, half of a surrogate
 * pair); null when there is none. The value must not be deeper than the stack allows.
 */
export function findUnstorableText(value: unknown, pointer = ''): string | null {
  if (typeof value === 'string') return isUnstorable(value) ? pointer : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, member] of Object.entries(value)) {
    const found = isUnstorable(name)
      ? pointer
      : findUnstorableText(member, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found !== null) return found;
  }
  return null;
}
