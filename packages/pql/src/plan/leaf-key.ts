/** Telling equal expressions: the ground on which leaves and aggregates are shared between audiences. */
import type { Expression } from '../check/expression.ts';

/**
 * A text that is equal for two expressions exactly when they compute the same thing in the same way: spans and names of
 * variables do not count.
 */
export function expressionKey(expression: Expression): string {
  const numbers = new Map<number, number>();
  const number = (id: number): number => {
    const known = numbers.get(id) ?? numbers.size;
    numbers.set(id, known);
    return known;
  };
  // The profile keeps its number, wherever it comes first.
  number(0);
  return JSON.stringify(expression, (name: string, value: unknown) => {
    if (name === 'span') return undefined;
    if (name === 'variable' && isVariable(value)) return number(value.id);
    if (name === 'type' && isObjectType(value)) return value.kind;
    // JSON has no infinity, and would mix it up with null.
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });
}

function isVariable(value: unknown): value is { readonly id: number } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'number';
}

function isObjectType(value: unknown): value is { readonly kind: string } {
  return typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string';
}
