/**
 * JSON Patch (RFC 6902): `add`, `replace`, `remove` and `test`. `move` and `copy` are left out: nobody sends them to
 * this API, and they could carry values between fields of different types.
 */
import { type Json, type JsonObject, Problem, type ProblemDetail } from '@muster/audience';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { checkValue, findingsMax } from './check-value.ts';
import { wireLimits } from './limits.ts';

const PatchValue = Type.Unsafe<Json>({ description: 'Any JSON.' });
const Pointer = Type.String({
  pattern: '^(?:/(?:[^~/]|~[01])*)+$',
  maxLength: wireLimits.patchPathLengthMax,
  description: 'A JSON pointer, such as `/description`.',
});

const Operation = Type.Union([
  Type.Object({
    op: Type.Union([Type.Literal('add'), Type.Literal('replace'), Type.Literal('test')]),
    path: Pointer,
    value: PatchValue,
  }),
  Type.Object({ op: Type.Literal('remove'), path: Pointer }),
]);

/** The body of a patch: operations, applied in order, all or none. */
export const PatchBody = Type.Array(Operation, {
  title: 'Patch',
  examples: [[{ op: 'add', path: '/description', value: 'People who live in the US' }]],
  maxItems: wireLimits.patchOperationsMax,
});

/** What all operations have in common, for messages. */
const AnyOperation = Type.Object({ op: Type.Enum(['add', 'replace', 'remove', 'test']), path: Pointer });
const AnyOperations = Type.Array(Type.Unknown(), { maxItems: wireLimits.patchOperationsMax });

/** One operation. `replace` is told apart from `add` in arrays only: fields are set by either. */
export type PatchOperation = {
  readonly path: readonly string[];
  /** The place of the operation in the body, for messages. */
  readonly index: number;
} & ({ readonly op: 'add' | 'replace' | 'test'; readonly value: Json } | { readonly op: 'remove' });

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

function decodePath(pointer: string): readonly string[] {
  return pointer.slice(1).split('/').map(unescapePointer);
}

/** What is wrong with a body, told of each operation on its own: a union alone would only say that nothing fits. */
function bodyProblem(body: unknown): Problem {
  if (!Array.isArray(body)) {
    return new Problem('invalidBody', [
      {
        message: 'the body is not a list of operations',
        field: '',
        expected: 'an array of `{"op", "path", "value"}`',
        suggestion: 'write `[{"op": "add", "path": "/description", "value": "new"}]`',
      },
    ]);
  }
  const tooMany = checkValue(AnyOperations, body);
  return new Problem(
    'invalidBody',
    tooMany.length > 0 ? tooMany : body.flatMap(findOperationProblems).slice(0, findingsMax),
  );
}

/** What is wrong with one operation; empty when it can be read. */
function findOperationProblems(operation: unknown, index: number): readonly ProblemDetail[] {
  const place = `/${index}`;
  const details = checkValue(AnyOperation, operation);
  if (details.length > 0) return details.map((detail) => ({ ...detail, field: `${place}${detail.field ?? ''}` }));
  if (Check(Operation, operation)) return [];
  return [{ message: '`value` is missing', field: `${place}/value`, suggestion: 'add `value`' }];
}

/** The operations in a body, or what is wrong with it. */
export function decodePatch(body: unknown): readonly PatchOperation[] | Problem {
  if (!Check(PatchBody, body)) return bodyProblem(body);
  const operations = body.map((operation, index): PatchOperation => {
    const path = decodePath(operation.path);
    return operation.op === 'remove'
      ? { op: 'remove', path, index }
      : { op: operation.op, path, index, value: operation.value };
  });
  const tooDeep = operations.find(({ path }) => path.length > wireLimits.patchDepthMax);
  if (tooDeep === undefined) return operations;
  const expected = `at most ${wireLimits.patchDepthMax} levels`;
  return new Problem('invalidBody', [{ message: '`path` is too deep', field: `/${tooDeep.index}/path`, expected }]);
}

/** The pointer of an operation, as it was sent. */
export function pointerOf({ path }: PatchOperation): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function nothingThere(operation: PatchOperation): Problem {
  const message = `Cannot ${operation.op} \`${pointerOf(operation)}\`: there is nothing at that place`;
  return new Problem('audienceInvalid', [{ message, field: `/${operation.index}/path` }]);
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is JsonObject => typeof value === 'object' && value !== null && !isList(value);

/** The value at a path, or undefined. */
function valueAt(document: Json, path: readonly string[]): Json | undefined {
  let value: Json | undefined = document;
  for (const key of path) {
    if (value === undefined) return undefined;
    if (isList(value)) value = value[indexOf(key, value.length - 1) ?? -1];
    else value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

/** The index that a part of a pointer stands for, if it is one up to `max`. */
function indexOf(key: string, max: number): number | null {
  const index = /^(?:0|[1-9]\d{0,8})$/.test(key) ? Number(key) : Number.NaN;
  return index <= max ? index : null;
}

function isSame(left: Json | undefined, right: Json): boolean {
  if (left === undefined) return false;
  if (isList(left)) {
    return (
      isList(right) && left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null))
    );
  }
  if (!isObject(left) || !isObject(right)) return left === right;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name] ?? null))
  );
}

function changeItem(
  list: readonly Json[],
  [key = '', ...rest]: readonly string[],
  operation: PatchOperation,
): Json | Problem {
  const isInsertion = operation.op === 'add' && rest.length === 0;
  const index = isInsertion && key === '-' ? list.length : indexOf(key, isInsertion ? list.length : list.length - 1);
  if (index === null) return nothingThere(operation);
  if (rest.length > 0) {
    const item = change(list[index] ?? null, rest, operation);
    return item instanceof Problem ? item : list.with(index, item);
  }
  if (operation.op === 'remove') return list.toSpliced(index, 1);
  return list.toSpliced(index, isInsertion ? 0 : 1, operation.value);
}

/** A document with the value at a path changed. */
function change(document: Json, path: readonly string[], operation: PatchOperation): Json | Problem {
  if (isList(document)) return changeItem(document, path, operation);
  const [key = '', ...rest] = path;
  if (!isObject(document)) return nothingThere(operation);
  const member = Object.hasOwn(document, key) ? document[key] : undefined;
  if (rest.length > 0) {
    if (member === undefined) return nothingThere(operation);
    const changed = change(member, rest, operation);
    return changed instanceof Problem ? changed : { ...document, [key]: changed };
  }
  if (operation.op !== 'remove') return { ...document, [key]: operation.value };
  if (member === undefined) return nothingThere(operation);
  const { [key]: _, ...left } = document;
  return left;
}

function testFailed(operation: PatchOperation): Problem {
  const message = `the value at \`${pointerOf(operation)}\` is not the one that was tested for`;
  return new Problem('preconditionFailed', [{ message, field: `/${operation.index}/value` }]);
}

/** The document after all operations, or why one of them cannot be applied. O(operations × size on the path). */
export function applyPatch(document: Json, operations: readonly PatchOperation[]): Json | Problem {
  let current = document;
  for (const operation of operations) {
    if (operation.op === 'test') {
      if (!isSame(valueAt(current, operation.path), operation.value)) return testFailed(operation);
      continue;
    }
    const changed = change(current, operation.path, operation);
    if (changed instanceof Problem) return changed;
    current = changed;
  }
  return current;
}
