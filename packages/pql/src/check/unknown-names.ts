/** What to say about a name that means nothing at its place: the likeliest cause as help, with the repair where it is sure. */
import type { DiagnosticExtra } from '../diagnostics/codes.ts';
import { diagnose, quote } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { nearestName } from '../diagnostics/suggest.ts';
import type { FunctionDescription } from '../functions/function-description.ts';
import { describedFunctions, describedMethods, describeFunction } from '../functions/function-description.ts';
import type { Ast, AstOf, Identifier } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import { timeWords } from '../syntax/time.ts';
import { walkAst } from '../syntax/walk.ts';
import type { ObjectType, PqlType } from '../types/type.ts';
import type { CheckContext, NameScope } from './context.ts';
import { rewrite } from './rewrite.ts';

/** A field that an object does not have. */
export function unknownMember({ text, span }: Identifier, type: ObjectType): Diagnostic {
  const nearest = nearestName(text, type.fields.keys());
  return unknown('check/unknown-field', text, span, uncalledMethod({ text, span }) ?? spelledAs(nearest, span));
}

/** What to say about a method that is named like a field; null when no method has the name. */
export function uncalledMethod({ text, span }: Identifier): DiagnosticExtra | null {
  return calledAs(text, span, 'method') ?? calledAs(foreignMethods.get(text) ?? '', span, 'method');
}

/** A bare name that is no variable and no field. */
export function unknownBareName({ name, span }: AstOf<'name'>, scope: NameScope, context: CheckContext): Diagnostic {
  const extra =
    fieldAround(name, span, scope) ??
    fieldOfVariable(name, span, scope) ??
    stepLabel(name, context.whole) ??
    timeWord(name) ??
    calledAs(name, span, 'function') ??
    spelledAs(nearestName(name, [...scope.names.keys(), ...fieldNames(scope.items.at(-1)?.type)]), span);
  return unknown('check/unknown-field', name, span, extra);
}

/** A function that does not exist; a method of that name is what was meant. */
export function unknownFunction(node: AstOf<'call'>, scope: NameScope, context: CheckContext): Diagnostic {
  const { text, span } = node.name;
  const nearest = nearestName(
    text,
    [...describedFunctions()].map(({ name }) => name),
  );
  return unknown('check/unknown-function', text, span, asMethod(node, scope, context) ?? spelledAs(nearest, span));
}

/** A method that does not exist. */
export function unknownMethod({ text, span }: Identifier): Diagnostic {
  const names = [...describedMethods()].map(({ name }) => name);
  const nearest = nearestName(text, names) ?? foreignMethods.get(text.toLowerCase()) ?? null;
  return unknown('check/unknown-method', text, span, spelledAs(nearest, span));
}

function unknown(
  code: 'check/unknown-field' | 'check/unknown-function' | 'check/unknown-method',
  name: string,
  span: Span,
  extra: DiagnosticExtra,
): Diagnostic {
  return diagnose(code, span, { name }, extra);
}

/** What methods of other languages are called here. */
const foreignMethods: ReadonlyMap<string, string> = new Map([
  ['length', 'count'],
  ['size', 'count'],
  ['avg', 'average'],
  ['mean', 'average'],
  ['first', 'head'],
  ['some', 'exists'],
  ['any', 'exists'],
  ['unique', 'distinct'],
  ['has', 'includes'],
]);

function spelledAs(nearest: string | null, span: Span): DiagnosticExtra {
  return nearest === null ? {} : { help: `did you mean \`${nearest}\`?`, fix: { span, text: nearest } };
}

/** A function or method that is named and not called. */
function calledAs(name: string, span: Span, form: 'function' | 'method'): DiagnosticExtra | null {
  const description = describeFunction(name, form);
  if (description === null) return null;
  const isComplete = leastArguments(description) === 0;
  const text = isComplete ? `${name}()` : `${name}(…)`;
  const help = `it is a ${form}, write \`${form === 'method' ? '.' : ''}${text}\``;
  return isComplete ? { help, fix: { span, text } } : { help };
}

function leastArguments({ parameters }: FunctionDescription): number {
  return parameters.filter(({ isOptional }) => !isOptional).length;
}

/** `f(a, b)` for `a.f(b)`; inside an item, where the argument is missing, for `this.f(b)`. */
function asMethod(node: AstOf<'call'>, scope: NameScope, context: CheckContext): DiagnosticExtra | null {
  const method = describeFunction(node.name.text, 'method');
  if (method === null) return null;
  const isOfItem = scope.items.length > 1 && node.arguments.length <= leastArguments(method);
  const [first, ...rest] = node.arguments;
  const item: Ast = { kind: 'name', name: 'this', span: node.name.span };
  const receiver = isOfItem ? item : first;
  const given = isOfItem ? node.arguments : rest;
  if (receiver === undefined || receiver.kind === 'missing' || given.length < leastArguments(method)) {
    return { help: `it is a method, write \`.${method.name}(…)\`` };
  }
  const name = { ...node.name, text: methodFor(method.name, receiver, scope, context) };
  const repair = rewrite(node.span, { ...node, name, receiver, arguments: given });
  return {
    help: `it is a method, write ${repair.fix === undefined ? `\`.${name.text}(…)\`` : quote(repair.fix.text)}`,
    ...repair,
  };
}

/** `exists(a)` asks of what has no items whether it is there. */
function methodFor(name: string, receiver: Ast, scope: NameScope, context: CheckContext): string {
  if (name !== 'exists') return name;
  const { kind } = context.check(receiver, scope).type;
  return kind === 'array' || kind === 'map' || kind === 'any' ? name : 'isNotNull';
}

/** A field of an item around, which the name does not reach by itself. */
function fieldAround(name: string, span: Span, scope: NameScope): DiagnosticExtra | null {
  const around = scope.items.slice(0, -1).reverse();
  const levels = around.findIndex(({ type }) => fieldNames(type).includes(name)) + 1;
  if (levels === 0) return null;
  const text = `${'^'.repeat(levels)}.${name}`;
  return { help: `paths start at the item here; write \`${text}\``, fix: { span, text } };
}

/** A field of what a variable stands for: in queries that declare variables, no path starts at the item. */
function fieldOfVariable(name: string, span: Span, scope: NameScope): DiagnosticExtra | null {
  const [variable] = [...scope.names].reverse().find(([, { type }]) => fieldNames(type).includes(name)) ?? [];
  if (variable === undefined) return null;
  const text = `${variable}.${name}`;
  return { help: `paths start at the profile here; write \`${text}\``, fix: { span, text } };
}

function stepLabel(name: string, whole: Ast): DiagnosticExtra | null {
  let isLabel = false;
  walkAst(whole, (node) => {
    if (node.kind === 'chain') isLabel ||= node.steps.some(({ label }) => label.text === name);
  });
  if (!isLabel) return null;
  return { help: 'the label of a step names no event; `select A from …, B from …` compares events' };
}

function timeWord(name: string): DiagnosticExtra | null {
  const word = name.toLowerCase();
  const isMoment = timeWords.has(word) && describesMoment.has(word);
  return isMoment ? { help: `\`${word}\` stands after \`occurs\`, as in \`a occurs before ${word}\`` } : null;
}

const describesMoment: ReadonlySet<string> = new Set(['now', 'today', 'yesterday', 'tomorrow']);

/** The type whose members a path has: through an array, of arrays perhaps, those of its items. */
export function itemType(type: PqlType): PqlType {
  return type.kind === 'array' ? itemType(type.element) : type;
}

function fieldNames(type: PqlType | undefined): readonly string[] {
  const inner = type === undefined ? undefined : itemType(type);
  return inner?.kind === 'object' ? [...inner.fields.keys()] : [];
}
