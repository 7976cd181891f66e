/** Types that meet, and literals that change type to meet the other side. Source: docs/pql.md#comparison. */
import { isArray } from '../functions/compare.ts';
import { parseIsoTime } from '../types/iso-time.ts';
import type { PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { Expression } from './expression.ts';

/** The one type both sides have, with integers counting as numbers; null when there is none. */
export function commonType(a: PqlType, b: PqlType): PqlType | null {
  if (a.kind === 'null' || b.kind === 'any') return b;
  if (b.kind === 'null' || a.kind === 'any') return a;
  if (isNumeric(a) && isNumeric(b)) return a.kind === b.kind ? a : scalarTypes.number;
  if (a.kind === 'array' && b.kind === 'array') {
    const element = commonType(a.element, b.element);
    return element === null ? null : { kind: 'array', element };
  }
  return a.kind === b.kind ? a : null;
}

/** Whether a type holds numbers. */
export function isNumeric(type: PqlType): boolean {
  return type.kind === 'integer' || type.kind === 'number';
}

/** Whether values of the type have no parts. */
export function isScalar(type: PqlType): boolean {
  return type.kind !== 'object' && type.kind !== 'array' && type.kind !== 'map';
}

/** Whether an expression other than a path may give values of the type: only paths lead to the columns of objects. */
export function isComputable(type: PqlType): boolean {
  return type.kind === 'array' ? isComputable(type.element) : isScalar(type);
}

/** The constant as a value of `type`; the expression itself when it is no constant; null when it cannot be one. */
export function convertLiteral(expression: Expression, type: PqlType): Expression | null {
  if (expression.kind !== 'constant' || commonType(expression.type, type) !== null) return expression;
  const value = convertValue(expression.value, type);
  return value === undefined ? null : { ...expression, value, type };
}

/** The value as one of `type`, or undefined when it cannot be. */
function convertValue(value: PqlValue, type: PqlType): PqlValue | undefined {
  if (isArray(value)) {
    if (type.kind !== 'array') return undefined;
    const items = value.map((item) => convertItem(item, type.element));
    return items.some((item) => item === undefined) ? undefined : items.map((item) => item ?? null);
  }
  if (typeof value === 'number' && type.kind === 'string') return String(value);
  if (typeof value === 'boolean' && type.kind === 'string') return String(value);
  if (typeof value === 'number' && type.kind === 'timestamp') return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === 'string' ? convertText(value, type) : undefined;
}

function convertItem(value: PqlValue, type: PqlType): PqlValue | undefined {
  return fitsAlready(value, type) ? value : convertValue(value, type);
}

function fitsAlready(value: PqlValue, type: PqlType): boolean {
  if (value === null) return true;
  return isNumeric(type) ? typeof value === 'number' : typeof value === type.kind;
}

function convertText(text: string, type: PqlType): PqlValue | undefined {
  switch (type.kind) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined;
    case 'integer':
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
    case 'timestamp':
      return parseIsoTime(text) ?? undefined;
    default:
      return undefined;
  }
}
