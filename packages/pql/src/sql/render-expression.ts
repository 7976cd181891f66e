/** Checked expressions as ClickHouse SQL. Renders what the plan says; decides nothing. */
import { assertNever } from '../assert.ts';
import type { Expression, ExpressionOf } from '../check/expression.ts';
import { isArray } from '../functions/compare.ts';
import { comparisonNames } from '../functions/operators.ts';
import { functionRecord } from '../functions/registry.ts';
import type { PqlType } from '../types/type.ts';
import type { PqlValue } from '../types/value.ts';
import type { ColumnReference, Environment, SqlOperand } from './environment.ts';
import { bindingOf, columnsUnder, fullPath, isEventArray, sqlNull } from './environment.ts';
import type { ParameterType, SqlFragment, SqlValue } from './fragment.ts';
import { joinSql, parameter, sql } from './fragment.ts';
import { renderCollect, renderReduce, renderSlice } from './render-reduce.ts';
import { renderOccurs } from './render-time.ts';
import type { Renderer } from './renderer.ts';

const renderer: Renderer = { value: renderValue, condition: renderCondition };

/** SQL of a value. Numbers are `Float64`, timestamps `Int64` milliseconds. */
export function renderValue(expression: Expression, environment: Environment): SqlOperand {
  switch (expression.kind) {
    case 'constant':
      return renderConstant(expression.value, expression.type);
    case 'path':
      return renderPath(expression, environment);
    case 'list': {
      const items = expression.items.map((item) => renderValue(item, environment).sql);
      return { sql: sql`arrayFilter(item -> isNotNull(item), [${joinSql(items)}])`, nullable: false };
    }
    case 'call': {
      const { sql: value, nullable } = renderCall(expression, environment);
      const isTest = nullable && functionRecord(expression.name).nullRule === 'false';
      return isTest ? { sql: orFalse(value), nullable: false } : { sql: value, nullable };
    }
    case 'if': {
      const condition = renderCondition(expression.condition, environment);
      const whenTrue = renderValue(expression.whenTrue, environment);
      const whenFalse = renderValue(expression.whenFalse, environment);
      return {
        sql: sql`if(${condition}, ${whenTrue.sql}, ${whenFalse.sql})`,
        nullable: whenTrue.nullable || whenFalse.nullable,
      };
    }
    case 'reduce':
      return renderReduce(expression, environment, renderer);
    case 'collect':
      return { sql: renderCollect(expression, environment, renderer), nullable: false };
    case 'slice':
      return { sql: renderSlice(expression, environment, renderer), nullable: false };
    case 'context':
      return sqlNull;
    case 'map':
    case 'entries':
    case 'object':
      throw new Error(`what is asked of a computed ${expression.kind} is asked of its parts`);
    case 'slot':
      return environment.slots[expression.index] ?? sqlNull;
    case 'and':
    case 'or':
    case 'not':
    case 'truth':
    case 'occurs':
    case 'within':
    case 'sequence':
    case 'membership':
      return { sql: renderLogic(expression, environment), nullable: false };
    default:
      return assertNever(expression);
  }
}

/** SQL of a condition: never NULL. */
export function renderCondition(expression: Expression, environment: Environment): SqlFragment {
  const { sql: value, nullable } = renderTest(expression, environment);
  return nullable ? orFalse(value) : value;
}

/**
 * SQL of a condition that may be NULL where it means false.
 *
 * AND and OR of the engine's three truth values give NULL or false where those of two give false, so that one `ifNull`
 * around all of them does for one around each. NOT does not, and gets a condition.
 */
function renderTest(expression: Expression, environment: Environment): SqlOperand {
  switch (expression.kind) {
    case 'and':
    case 'or': {
      const operands = expression.operands.map((operand) => renderTest(operand, environment));
      const tests = operands.map((operand) => operand.sql);
      return {
        sql: sql`(${joinSql(tests, expression.kind === 'and' ? sql` AND ` : sql` OR `)})`,
        nullable: operands.some((operand) => operand.nullable),
      };
    }
    case 'call':
      return renderCall(expression, environment);
    default:
      return renderValue(expression, environment);
  }
}

type Logic = ExpressionOf<'and' | 'or' | 'not' | 'truth' | 'occurs' | 'within' | 'sequence' | 'membership'>;

function renderLogic(expression: Logic, environment: Environment): SqlFragment {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return renderCondition(expression, environment);
    case 'not':
      return sql`(NOT ${renderCondition(expression.operand, environment)})`;
    case 'truth':
      return renderTruth(expression.operand, environment);
    case 'within':
      return renderWithin(expression, environment);
    case 'occurs':
      return renderOccurs(expression, environment, renderer);
    case 'sequence':
      return renderSequence(expression, environment);
    case 'membership':
      return sql`(${environment.profileId} IN ${environment.membersOf(expression.audienceId)})`;
    default:
      return assertNever(expression);
  }
}

/** Each step ends with the earliest moments it can take; NULL when there are too few, then also for all steps after. */
function renderSequence({ steps }: ExpressionOf<'sequence'>, environment: Environment): SqlFragment {
  const end = steps.reduce<SqlFragment | null>((before, { moments, count }) => {
    const all = renderValue(moments, environment).sql;
    const later = before === null ? all : sql`arrayFilter(moment -> moment > ${before}, ${all})`;
    if (count === 1) return sql`arrayReduce('minOrNull', ${later})`;
    return sql`arrayElementOrNull(arraySort(${later}), ${parameter(count, 'Int64')})`;
  }, null);
  return end === null ? sql`true` : sql`isNotNull(${end})`;
}

/** False in place of NULL. */
function orFalse(value: SqlFragment): SqlFragment {
  return sql`ifNull(${value}, false)`;
}

/** Whether a value counts as true. Source: docs/pql.md#truth. */
function renderTruth(operand: Expression, environment: Environment): SqlFragment {
  if (operand.type.kind === 'boolean') return renderCondition(operand, environment);
  if (operand.kind === 'path' && operand.type.kind !== 'any' && isContainer(operand.type)) {
    return renderPresence(operand, environment);
  }
  const { sql: value, nullable } = renderValue(operand, environment);
  if (operand.type.kind === 'array') return sql`notEmpty(${value})`;
  return nullable ? sql`isNotNull(${value})` : sql`true`;
}

function isContainer(type: PqlType): boolean {
  return type.kind === 'object' || type.kind === 'array' || type.kind === 'map';
}

/** Whether a stored container has a present leaf. */
function renderPresence(path: ExpressionOf<'path'>, environment: Environment): SqlFragment {
  if (isEventArray(path)) return environment.events === null ? sql`false` : sql`notEmpty(${environment.events.sql})`;
  // A profile, an event or an item of an array is there when it can be asked.
  if (path.steps.length === 0) return sql`true`;
  const binding = bindingOf(environment, path.variable);
  const columns = columnsUnder(binding, fullPath(binding.prefix, path.steps)).map(([, column]) => column);
  const deciding = path.type.kind === 'object' ? columns : columns.slice(0, 1);
  if (deciding.length === 0) return sql`false`;
  return sql`(${joinSql(deciding.map(columnPresence), sql` OR `)})`;
}

function columnPresence({ sql: column, arrayDepth, nullable }: ColumnReference): SqlFragment {
  if (arrayDepth > 0) return sql`notEmpty(${column})`;
  return nullable ? sql`isNotNull(${column})` : sql`true`;
}

function renderPath(path: ExpressionOf<'path'>, environment: Environment): SqlOperand {
  // The items of an empty list are of no type, which the engine refuses wherever it expects one.
  if (path.type.kind === 'null') return sqlNull;
  const binding = bindingOf(environment, path.variable);
  const column = binding.columns.get(fullPath(binding.prefix, path.steps));
  if (path.type.kind === 'array') {
    return { sql: column === undefined ? sql`[]` : numbersOf(column, path.type.element), nullable: false };
  }
  if (column === undefined) return sqlNull;
  const isNumber = path.type.kind === 'integer' || path.type.kind === 'number';
  const widened = isNumber && column.element === 'Int64' ? sql`toFloat64(${column.sql})` : column.sql;
  return { sql: widened, nullable: column.nullable };
}

/** A stored array; whole numbers as doubles, like all numbers. */
function numbersOf({ sql: column, element }: ColumnReference, type: PqlType): SqlFragment {
  return element === 'Int64' && type.kind !== 'timestamp' ? sql`arrayMap(item -> toFloat64(item), ${column})` : column;
}

/** A bound constant. */
function renderConstant(value: PqlValue, type: PqlType): SqlOperand {
  if (value === null) return sqlNull;
  if (isArray(value)) return { sql: renderConstantList(value, type), nullable: false };
  const isTime = type.kind === 'timestamp';
  return { sql: parameter(boundValue(value), scalarParameter(value, isTime)), nullable: false };
}

function renderConstantList(items: readonly PqlValue[], type: PqlType): SqlFragment {
  const [first] = items;
  if (first === undefined || first === null) return sql`[]`;
  const isTime = type.kind === 'array' && type.element.kind === 'timestamp';
  return parameter(items.map(boundValue), `Array(${scalarParameter(first, isTime)})`);
}

type ScalarParameter = 'String' | 'Bool' | 'Int64' | 'Float64';

function scalarParameter(value: PqlValue, isTime: boolean): ScalarParameter & ParameterType {
  if (typeof value === 'string') return 'String';
  if (typeof value === 'boolean') return 'Bool';
  return isTime ? 'Int64' : 'Float64';
}

function boundValue(value: PqlValue): SqlValue {
  if (value === null || typeof value !== 'object') return value;
  throw new Error('only scalars and lists of scalars can be bound');
}

/** A call as the engine computes it: where a missing argument makes a test false, it may be NULL instead. */
function renderCall(node: ExpressionOf<'call'>, environment: Environment): SqlOperand {
  const record = functionRecord(node.name);
  const operands =
    wholeOperands(node, environment) ?? node.arguments.map((argument) => renderValue(argument, environment));
  const constants = node.arguments.map((argument) => (argument.kind === 'constant' ? argument.value : undefined));
  const value = record.sql(
    operands.map((operand) => operand.sql),
    { constants },
  );
  if (record.nullRule === 'own') return { sql: value, nullable: false };
  if (record.nullRule === 'null') return { sql: value, nullable: true };
  return { sql: value, nullable: operands.some((operand) => operand.nullable) };
}

/**
 * The operands of a comparison between stored whole numbers and whole constants, as integers; null for anything else.
 *
 * Exact: what is stored came from doubles, and so did the constants, so that no two of them differ in one form only.
 * The engine compares integers several times as fast as it converts and compares doubles.
 */
function wholeOperands(node: ExpressionOf<'call'>, environment: Environment): readonly SqlOperand[] | null {
  if (!comparisonNames.has(node.name)) return null;
  const operands = node.arguments.map((argument) => wholeOperand(argument, environment));
  return operands.every((operand) => operand !== null) ? operands : null;
}

function wholeOperand(expression: Expression, environment: Environment): SqlOperand | null {
  if (expression.kind === 'constant') {
    const { value } = expression;
    // Adding zero makes zero of negative zero, which no integer is.
    return typeof value === 'number' && Number.isSafeInteger(value)
      ? { sql: parameter(value + 0, 'Int64'), nullable: false }
      : null;
  }
  if (expression.kind !== 'path' || (expression.type.kind !== 'integer' && expression.type.kind !== 'number'))
    return null;
  const binding = bindingOf(environment, expression.variable);
  const column = binding.columns.get(fullPath(binding.prefix, expression.steps));
  return column?.element === 'Int64' ? { sql: column.sql, nullable: column.nullable } : null;
}

function renderWithin({ subject, ranges, negated }: ExpressionOf<'within'>, environment: Environment): SqlFragment {
  const { sql: moment, nullable } = renderValue(subject, environment);
  const inside = joinSql(
    ranges.map(({ from, to }) => renderRange(moment, from, to)),
    sql` OR `,
  );
  const test = negated ? sql`(NOT (${inside}))` : sql`(${inside})`;
  return nullable ? orFalse(test) : test;
}

function renderRange(moment: SqlFragment, from: number, to: number): SqlFragment {
  const bounds = [
    ...(Number.isFinite(from) ? [sql`${moment} >= ${parameter(from, 'Int64')}`] : []),
    ...(Number.isFinite(to) ? [sql`${moment} <= ${parameter(to, 'Int64')}`] : []),
  ];
  return bounds.length === 0 ? sql`isNotNull(${moment})` : sql`(${joinSql(bounds, sql` AND `)})`;
}
