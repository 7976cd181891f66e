/** What the schema says about an expression. */
import type { Expression } from '../check/expression.ts';
import { eventMember, type Field } from '../types/type.ts';

/** The field that an expression is the value of, or the values of; null for what is computed. */
export function fieldOf(expression: Expression): Field | null {
  if (expression.kind === 'path') return fieldOfPath(expression);
  if (expression.kind !== 'collect') return null;
  const { item, generators } = expression;
  const field = fieldOf(item);
  if (field !== null || item.kind !== 'path') return field;
  // The items of an array of scalars: what the schema says, it says about the array.
  const source = generators.find(({ variable }) => variable.id === item.variable.id);
  return source === undefined ? null : fieldOf(source.array);
}

function fieldOfPath({ variable, steps }: Extract<Expression, { readonly kind: 'path' }>): Field | null {
  let field: Field | null = null;
  let type = variable.type;
  for (const step of steps) {
    const next = type.kind === 'object' ? type.fields.get(step) : undefined;
    if (next === undefined) return null;
    field = next;
    type = next.type;
  }
  return field;
}

/** The text that the schema has about a field, in paragraphs; empty when it says nothing. */
export function fieldDocumentation(name: string, { title, description, values }: Field): string {
  const isEvents = name === eventMember && title === undefined && description === undefined;
  const paragraphs = [
    title,
    description === title ? undefined : description,
    isEvents ? 'The events of the profile, in order of time.' : undefined,
    values === undefined || values.length === 0 ? undefined : `Known values: ${listValues(values)}.`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== undefined && paragraph !== '').join('\n\n');
}

/** How many known values are listed; the rest are counted. */
const listedValuesMax = 12;

function listValues(values: readonly string[]): string {
  const listed = values.slice(0, listedValuesMax).join(', ');
  return values.length > listedValuesMax ? `${listed} and ${values.length - listedValuesMax} more` : listed;
}
