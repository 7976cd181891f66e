/** `occurs`: the subject must be a time, the reference a time or an interval. */
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast, AstOf, OccursForm, TimeUnit, TimeReference as WrittenReference } from '../syntax/ast.ts';
import { fixedUnitMs, isFixedUnit, unitMonths } from '../types/calendar.ts';
import { describeType } from '../types/describe.ts';
import { yearMax, yearMin } from '../types/iso-time.ts';
import { scalarTypes } from '../types/type.ts';
import { someItem } from './check-comparisons.ts';
import { someNode, walkExpression } from './children.ts';
import type { CheckContext, NameScope } from './context.ts';
import { reported } from './context.ts';
import type { Expression, TimeReference, TimeTest } from './expression.ts';
import { convertLiteral } from './literals.ts';

/** The longest distance, ten thousand years in milliseconds; keeps every bound a safe integer. */
const distanceMsMax = 10_000 * 366 * fixedUnitMs.day;

/** `subject occurs …`. */
export function checkOccurs(node: AstOf<'occurs'>, scope: NameScope, context: CheckContext): Expression {
  const subject = context.check(node.subject, scope);
  const test = checkForm(node.form, scope, context);
  if (test === null) return reported(node.span);
  return occurs(subject, test, node, context);
}

function occurs(subject: Expression, test: TimeTest, node: AstOf<'occurs'>, context: CheckContext): Expression {
  if (subject.type.kind === 'array') {
    return someItem(subject, node.span, context, (item) => occurs(item, test, node, context));
  }
  const moment = timeOperand(subject, 'the left side of `occurs`', context);
  if (moment === null) return reported(node.span);
  return { kind: 'occurs', subject: moment, test, type: scalarTypes.boolean, span: node.span };
}

function timeOperand(expression: Expression, what: string, context: CheckContext): Expression | null {
  const operand = convertLiteral(expression, scalarTypes.timestamp) ?? expression;
  if (operand.type.kind === 'timestamp' || operand.type.kind === 'any') return operand;
  context.report(
    diagnose('check/type-mismatch', expression.span, {
      what,
      expected: describeType(scalarTypes.timestamp),
      got: describeType(expression.type),
    }),
  );
  return null;
}

function checkForm(form: OccursForm, scope: NameScope, context: CheckContext): TimeTest | null {
  if (form.kind === 'between') {
    const from = checkReference(form.from, scope, context);
    const to = checkReference(form.to, scope, context);
    return from === null || to === null ? null : { kind: 'between', from, to };
  }
  const reference = checkReference(form.reference, scope, context);
  if (reference === null) return null;
  if (form.kind === 'on') return { kind: 'on', reference };
  if (form.kind === 'side') return { kind: 'side', direction: form.direction, reference };
  const amount = checkAmount(form.amount, form.unit, context);
  if (amount === null) return null;
  const { operator, unit, direction } = form;
  return { kind: 'distance', operator, amount, unit, direction, reference };
}

function checkAmount(node: Ast, unit: TimeUnit, context: CheckContext): number | null {
  const unitMsMax = isFixedUnit(unit) ? fixedUnitMs[unit] : unitMonths[unit] * 31 * fixedUnitMs.day;
  const amountMax = Math.floor(distanceMsMax / unitMsMax);
  if (node.kind === 'number' && node.isInteger && node.value >= 0 && node.value <= amountMax) return node.value;
  if (node.kind !== 'missing') {
    const why = `the number of ${unit}s must be whole and from 0 to ${amountMax}`;
    context.report(diagnose('check/impossible-time', node.span, { why }));
  }
  return null;
}

function checkReference(reference: WrittenReference, scope: NameScope, context: CheckContext): TimeReference | null {
  if (reference.kind === 'named') return { kind: 'named', name: reference.name };
  if (reference.kind === 'calendar') return { kind: 'calendar', which: reference.which, unit: reference.unit };
  const { expression: node } = reference;
  if (node.kind === 'call' && node.receiver === null && node.name.text === 'date') {
    return dayReference(node, scope, context);
  }
  const moment = timeOperand(context.check(node, scope), 'the reference of `occurs`', context);
  return moment === null ? null : { kind: 'instant', expression: moment };
}

/** `date(y, m, d)` as an interval. */
function dayReference(node: AstOf<'call'>, scope: NameScope, context: CheckContext): TimeReference | null {
  const date = context.check(node, scope);
  if (date.kind !== 'call') return null;
  const [year, month, day] = date.arguments;
  return year === undefined || month === undefined || day === undefined ? null : { kind: 'day', year, month, day };
}

/** An error for each date of a year that no value can lie in. Dates that times are compared with are no values. */
export function findImpossibleDates(root: Expression): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  walkExpression(root, (node) => {
    if (node.kind !== 'call' || node.name !== 'date') return;
    const [year] = node.arguments;
    if (year?.kind !== 'constant' || typeof year.value !== 'number') return;
    if (year.value >= yearMin && year.value <= yearMax) return;
    const why = `times lie between the years ${yearMin} and ${yearMax}`;
    found.push(diagnose('check/impossible-time', node.span, { why }));
  });
  return found;
}

/** Whether binding `now` makes the expression a constant: calls of constants, without any choice or query. */
export function isKnownInAdvance(expression: Expression): boolean {
  return !someNode(expression, ({ kind }) => kind !== 'constant' && kind !== 'call');
}
