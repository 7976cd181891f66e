/** What follows `occurs`, as the name and parameters of a function. */
import { assertNever } from '../assert.ts';
import type { Ast, OccursForm, TimeReference } from '../syntax/ast.ts';
import type { TimeRule } from './function-forms.ts';
import type { PqlJson, PqlJsonObject } from './pql-json.ts';

/** A time rule without what it is about. */
export interface WrittenRule {
  readonly fnName: TimeRule;
  readonly params: readonly PqlJson[];
}

/** The name and the parameters, without the subject, of what follows `occurs`. */
export function writeRule(form: OccursForm, write: (ast: Ast) => PqlJson): WrittenRule {
  const reference = (time: TimeReference): PqlJson => writeReference(time, write);
  switch (form.kind) {
    case 'on':
      return { fnName: 'occurs', params: [reference(form.reference)] };
    case 'side':
      return {
        fnName: form.direction === 'before' ? 'occursBefore' : 'occursAfter',
        params: [reference(form.reference)],
      };
    case 'between':
      return { fnName: 'occursBetween', params: [reference(form.from), reference(form.to)] };
    case 'distance': {
      const { operator, amount, unit, direction } = form;
      const words = [write(amount), word(unit), word(direction)];
      return { fnName: 'occursDistance', params: [word(operator), ...words, reference(form.reference)] };
    }
    default:
      return assertNever(form);
  }
}

function writeReference(reference: TimeReference, write: (ast: Ast) => PqlJson): PqlJson {
  switch (reference.kind) {
    case 'named':
      return { nodeType: 'timeReference', name: reference.name };
    case 'calendar':
      return { nodeType: 'timeReference', which: reference.which, unit: reference.unit };
    case 'expression':
      return write(reference.expression);
    default:
      return assertNever(reference);
  }
}

function word(value: string): PqlJsonObject {
  return { nodeType: 'literal', literalType: 'String', value };
}
