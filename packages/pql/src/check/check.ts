/** Gives every name a meaning and every node a type, or says why it has none. */
import { assertNever } from '../assert.ts';
import type { RegexEngine } from '../closures/closure.ts';
import { diagnose } from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast, AstOf } from '../syntax/ast.ts';
import { describeType } from '../types/describe.ts';
import type { PqlType, Schema } from '../types/type.ts';
import { eventMember, scalarTypes } from '../types/type.ts';
import { allOf, anyOf, constant, not, truth, variablePath } from './build.ts';
import { checkCall } from './check-calls.ts';
import { checkChain } from './check-chain.ts';
import { checkArithmetic, checkComparison, checkList, checkNegate, unsupportedValue } from './check-comparisons.ts';
import { checkMapMember } from './check-maps.ts';
import { findMembershipMaps } from './check-memberships.ts';
import { checkContextReference, checkObject } from './check-objects.ts';
import { checkOccurs, findImpossibleDates } from './check-occurs.ts';
import { checkName, checkOuter, memberOf, outermost } from './check-paths.ts';
import { checkAggregate, checkFilter, checkQuantifier, checkSelect } from './check-queries.ts';
import type { CheckContext, NameScope } from './context.ts';
import { reported, withName } from './context.ts';
import { findContradictions } from './contradictions.ts';
import type { CheckedExpression, Expression, Variable } from './expression.ts';
import { checkLimits, ExtentMeter } from './extent.ts';
import { commonType, isComputable } from './literals.ts';

/** What a check may be told beyond the schema. */
export interface CheckOptions {
  /** `condition` puts the whole expression in boolean position, as an audience's rule is. Default `value`. */
  readonly expect?: 'condition' | 'value';
  /** Compiles literal patterns to refuse malformed ones. */
  readonly regex?: RegexEngine;
  /** Told each node with the names it may use and what it means, inner nodes first; a node may come more than once. */
  readonly onNode?: (node: Ast, scope: NameScope, expression: Expression) => void;
}

/** A check's outcome. `checked` is null exactly when there is a diagnostic of severity `error`. */
export interface CheckResult {
  readonly checked: CheckedExpression | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** The checked form of a syntax tree, with all that is wrong with it. Never throws; does not change the tree. */
export function checkExpression(ast: Ast, schema: Schema, options: CheckOptions = {}): CheckResult {
  const reports = new Reports();
  let variableCount = 0;
  const newVariable = (name: string, type: PqlType): Variable => ({ id: variableCount++, name, type });
  const profile = newVariable('profile', profileType(schema));
  const check = boundedCheck((node, scope) => {
    const expression = checkNode(node, scope, context);
    options.onNode?.(node, scope, expression);
    return expression;
  }, reports);
  const context: CheckContext = {
    check,
    checkCondition: (node, scope) => truth(check(node, scope)),
    report: (diagnostic) => reports.add(diagnostic),
    newVariable,
    event: schema.event,
    whole: ast,
    hasRequest: options.expect !== 'condition',
    regex: options.regex ?? null,
  };
  const scope: NameScope = { items: [variablePath(profile, ast.span)], names: new Map() };
  const value = check(ast, scope);
  const root = options.expect === 'condition' ? truth(value) : value;
  for (const error of [...findImpossibleDates(root), ...findMembershipMaps(root)]) reports.add(error);
  const { diagnostics } = reports;
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  if (!hasErrors) for (const warning of findContradictions(root)) reports.add(warning);
  return { checked: hasErrors ? null : { root, type: root.type, profile, variableCount }, diagnostics };
}

/** The findings so far, each once: a part of the text may be checked several times, as in the steps of a chain. */
class Reports {
  readonly diagnostics: Diagnostic[] = [];
  readonly #seen = new Set<string>();

  add(diagnostic: Diagnostic): void {
    const { code, span, message } = diagnostic;
    const key = `${code} ${span.start} ${span.end} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.diagnostics.push(diagnostic);
  }
}

/** The check with a bound on its work and on what it makes; beyond the bound, all else is taken for right. */
function boundedCheck(check: CheckContext['check'], reports: Reports): CheckContext['check'] {
  const meter = new ExtentMeter();
  let checks = 0;
  let isExceeded = false;
  return (node, scope) => {
    if (isExceeded) return reported(node.span);
    const expression = ++checks > checkLimits.expandedSizeMax ? null : check(node, scope);
    const excess = expression === null ? 'parts' : isExceeded ? null : meter.excessOf(expression);
    if (expression !== null && excess === null) return expression;
    isExceeded = true;
    reports.add(
      excess === 'loops'
        ? diagnose('limit/too-many-loops', node.span, { limit: checkLimits.loopDepthMax })
        : diagnose('limit/too-large', node.span, { limit: checkLimits.expandedSizeMax }),
    );
    return reported(node.span);
  };
}

/** The type of a profile with its events; made once for each schema, since a schema has some hundred fields. */
function profileType(schema: Schema): PqlType {
  const known = profileTypes.get(schema);
  if (known !== undefined) return known;
  const { profile, event } = schema;
  const events: PqlType = { kind: 'array', element: event };
  const type: PqlType = { ...profile, fields: new Map([...profile.fields, [eventMember, { type: events }]]) };
  profileTypes.set(schema, type);
  return type;
}

const profileTypes = new WeakMap<Schema, PqlType>();

function checkNode(node: Ast, scope: NameScope, context: CheckContext): Expression {
  switch (node.kind) {
    case 'string':
      // Data has no half surrogates either: what looks equal must be equal.
      return constant(node.value.toWellFormed(), scalarTypes.string, node.span);
    case 'number':
      return constant(node.value, node.isInteger ? scalarTypes.integer : scalarTypes.number, node.span);
    case 'boolean':
      return constant(node.value, scalarTypes.boolean, node.span);
    case 'null':
      return constant(null, scalarTypes.null, node.span);
    case 'list':
      return checkList(node, scope, context);
    case 'name':
      return checkName(node, scope, context);
    case 'outer':
      return checkOuter(node, scope, context);
    case 'member':
      return checkMember(node, scope, context);
    case 'parameter':
      return checkParameter(node, scope, context);
    case 'call':
      return checkCall(node, scope, context);
    case 'comparison':
      return checkComparison(node, scope, context);
    case 'arithmetic':
      return checkArithmetic(node, scope, context);
    case 'negate':
      return checkNegate(node, scope, context);
    case 'missing':
      return reported(node.span);
    case 'chain':
      return checkChain(node, scope, context);
    case 'objectLiteral':
      return checkObject(node, scope, context);
    case 'context':
      return checkContextReference(node, context);
    default:
      return checkForm(node, scope, context);
  }
}

function checkMember(
  { object: objectNode, member, span }: AstOf<'member'>,
  scope: NameScope,
  context: CheckContext,
): Expression {
  const object = context.check(objectNode, scope);
  return object.type.kind === 'map' ? checkMapMember(object, member, span, context) : memberOf(object, member, context);
}

type FormNode = AstOf<
  'not' | 'logical' | 'if' | 'occurs' | 'select' | 'quantifier' | 'aggregate' | 'filter' | 'let' | 'lambda'
>;

/** The nodes that bring conditions or names. */
function checkForm(node: FormNode, scope: NameScope, context: CheckContext): Expression {
  switch (node.kind) {
    case 'not':
      return { ...not(context.checkCondition(node.operand, scope)), span: node.span };
    case 'logical':
      return checkLogical(node, scope, context);
    case 'if':
      return checkIf(node, scope, context);
    case 'occurs':
      return checkOccurs(node, scope, context);
    case 'select':
      return checkSelect(node, scope, context);
    case 'quantifier':
      return checkQuantifier(node, scope, context);
    case 'aggregate':
      return checkAggregate(node, scope, context);
    case 'filter':
      return checkFilter(node, scope, context);
    case 'let':
      return context.check(node.body, withName(scope, node.name.text, context.check(node.value, scope)));
    case 'lambda':
      return checkLambda(node, scope, context);
    default:
      return assertNever(node);
  }
}

/** `and` and `or`; a long chain is taken apart without recursion. */
function checkLogical(node: AstOf<'logical'>, scope: NameScope, context: CheckContext): Expression {
  const operands: Ast[] = [];
  let rest: Ast = node;
  while (rest.kind === 'logical' && rest.operator === node.operator) {
    operands.push(rest.right);
    rest = rest.left;
  }
  operands.push(rest);
  const checked = operands.reverse().map((operand) => context.checkCondition(operand, scope));
  return node.operator === 'and' ? allOf(checked, node.span) : anyOf(checked, node.span);
}

function checkIf(node: AstOf<'if'>, scope: NameScope, context: CheckContext): Expression {
  const condition = context.checkCondition(node.condition, scope);
  const whenTrue = context.check(node.then, scope);
  const whenFalse = context.check(node.otherwise, scope);
  const type = branchType(whenTrue.type, whenFalse.type);
  if (type !== null && !isComputable(type)) return unsupportedValue('an `if` between objects', node.span, context);
  if (type !== null) {
    const [a, b] = [asBranch(whenTrue, type), asBranch(whenFalse, type)];
    return { kind: 'if', condition, whenTrue: a, whenFalse: b, type, span: node.span };
  }
  context.report(
    diagnose('check/type-mismatch', node.otherwise.span, {
      what: 'the last argument of `if`',
      expected: describeType(whenTrue.type),
      got: describeType(whenFalse.type),
    }),
  );
  return reported(node.span);
}

/** The type of both branches. An array and something untyped make something untyped, which need not be an array. */
function branchType(a: PqlType, b: PqlType): PqlType | null {
  const type = commonType(a, b);
  return type?.kind === 'array' && (a.kind === 'any' || b.kind === 'any') ? scalarTypes.any : type;
}

/** Values of array types are never null: a branch that is null is the empty array beside an array. */
function asBranch(branch: Expression, type: PqlType): Expression {
  return branch.type.kind === 'null' && type.kind === 'array' ? constant([], type, branch.span) : branch;
}

/** `(Profile) => …`, only as the whole query. */
function checkLambda(node: AstOf<'lambda'>, scope: NameScope, context: CheckContext): Expression {
  const [parameter, ...rest] = node.parameters;
  if (parameter !== undefined && rest.length === 0 && node === context.whole) {
    return context.check(node.body, withName(scope, parameter.text, outermost(scope)));
  }
  if (node === context.whole) {
    const got = node.parameters.length;
    context.report(diagnose('check/wrong-arity', node.span, { name: '=>', expected: '1 parameter, the profile', got }));
    return reported(node.span);
  }
  const why = 'a function is the whole expression, or what a method does with each item';
  context.report(diagnose('check/unsupported', node.span, { what: 'a function at this place', why }));
  return reported(node.span);
}

/** `$1` is the profile; there is no other input. */
function checkParameter(node: AstOf<'parameter'>, scope: NameScope, context: CheckContext): Expression {
  if (node.position === 1) return { ...outermost(scope), span: node.span };
  const why = 'the profile, `$1`, is the only input';
  context.report(diagnose('check/unsupported', node.span, { what: `\`$${node.position}\``, why }));
  return reported(node.span);
}
