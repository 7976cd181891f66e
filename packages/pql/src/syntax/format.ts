/** Trees to text: the canonical way to write an expression. */
import { assertNever } from '../assert.ts';
import type {
  Ast,
  AstOf,
  ChainStep,
  Identifier,
  OccursForm,
  TimeReference,
  TimeUnit,
  VariableDeclaration,
} from './ast.ts';
import { group, indented, joinLayouts, type Layout, line, renderLayout, softLine } from './layout.ts';
import { renderNumber, renderString } from './literals.ts';
import { timeWords } from './time.ts';
import { operandsOf } from './walk.ts';

const widthMax = 100;

/**
 * The canonical text of a tree: as few brackets as possible, double quotes, lines of at most 100 characters where the
 * tree can be broken, each operand of a broken `and` or `or` on its own line.
 *
 * For a tree without `missing` nodes that the parser gave, parsing the text gives the same tree. A missing node is
 * written `…`, which does not parse.
 */
export function formatExpression(ast: Ast): string {
  return renderLayout(layoutOf(ast), widthMax);
}

/** How tightly the kinds of expression bind; an operand that binds less than its place asks stands in brackets. */
const strengths = {
  query: 0,
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  sum: 5,
  product: 6,
  negate: 7,
  postfix: 8,
  primary: 9,
} as const;
type Strength = (typeof strengths)[keyof typeof strengths];

function strengthOf(ast: Ast): Strength {
  switch (ast.kind) {
    case 'lambda':
    case 'let':
    case 'select':
    case 'quantifier':
    case 'aggregate':
      return strengths.query;
    case 'logical':
      return strengths[ast.operator];
    case 'not':
    case 'comparison':
    case 'negate':
      return strengths[ast.kind];
    case 'occurs':
      return strengths.comparison;
    case 'arithmetic':
      return ast.operator === '+' || ast.operator === '-' ? strengths.sum : strengths.product;
    case 'member':
    case 'filter':
      return strengths.postfix;
    default:
      return strengths.primary;
  }
}

function operand(ast: Ast, strength: Strength): Layout {
  return strengthOf(ast) < strength ? brackets('(', [layoutOf(ast)], ')') : layoutOf(ast);
}

function layoutOf(ast: Ast): Layout {
  switch (ast.kind) {
    case 'logical':
      return layoutLogical(ast);
    case 'comparison':
      return [operand(ast.left, strengths.sum), ` ${ast.operator} `, operand(ast.right, strengths.sum)];
    case 'arithmetic':
      return layoutArithmetic(ast);
    case 'not':
      return ['not ', operand(ast.operand, strengths.not)];
    case 'negate':
      return ['-', operand(ast.operand, strengths.negate)];
    case 'occurs':
      return [operand(ast.subject, strengths.sum), ' occurs ', ...layoutForm(ast.form)];
    case 'member':
      return [operand(ast.object, strengths.postfix), '.', ast.member.text];
    case 'filter':
      return [operand(ast.array, strengths.postfix), brackets('[', [layoutOf(ast.condition)], ']')];
    case 'call':
      return layoutCall(ast);
    case 'select':
      return ['select', layoutVariables(ast.variables)];
    case 'quantifier':
      return [ast.quantifier, layoutVariables(ast.variables)];
    case 'aggregate':
      return layoutAggregate(ast);
    case 'let':
      return [
        `let ${ast.name.text} = `,
        operand(ast.value, strengths.postfix),
        group([' in', indented([line, layoutOf(ast.body)])]),
      ];
    case 'lambda':
      return [`(${ast.parameters.map(({ text }) => text).join(', ')}) => `, layoutOf(ast.body)];
    default:
      return layoutPrimary(ast);
  }
}

type Primary = Exclude<
  Ast,
  AstOf<
    | 'logical'
    | 'comparison'
    | 'arithmetic'
    | 'not'
    | 'negate'
    | 'occurs'
    | 'member'
    | 'filter'
    | 'call'
    | 'select'
    | 'quantifier'
    | 'aggregate'
    | 'let'
    | 'lambda'
  >
>;

function layoutPrimary(ast: Primary): Layout {
  switch (ast.kind) {
    case 'string':
      return renderString(ast.value);
    case 'number':
      return renderNumber(ast.value, ast);
    case 'boolean':
      return String(ast.value);
    case 'null':
      return 'null';
    case 'name':
      return ast.name;
    case 'outer':
      return '^'.repeat(ast.levels);
    case 'parameter':
      return `$${ast.position}`;
    case 'context':
      return `@{${ast.schema}}`;
    case 'missing':
      return '…';
    case 'list':
      return brackets('[', ast.items.map(layoutOf), ']');
    case 'objectLiteral':
      return brackets(
        '{',
        ast.entries.map(({ key, value }) => [`${renderString(key)}: `, layoutOf(value)]),
        '}',
      );
    case 'if':
      return ['if', brackets('(', [ast.condition, ast.then, ast.otherwise].map(layoutOf), ')')];
    case 'chain':
      return [
        'chain',
        brackets('(', [layoutOf(ast.array), layoutOf(ast.time), brackets('[', ast.steps.map(layoutStep), ']')], ')'),
      ];
    default:
      return assertNever(ast);
  }
}

/** Items between brackets, on one line or one a line. */
function brackets(open: '(' | '[' | '{', items: readonly Layout[], close: ')' | ']' | '}'): Layout {
  if (items.length === 0) return `${open}${close}`;
  return group([open, indented([softLine, joinLayouts(items, [',', line])]), softLine, close]);
}

/** A run of one operator is one group, so that it breaks before each operand or before none. */
function layoutLogical(ast: AstOf<'logical'>): Layout {
  const strength = strengths[ast.operator];
  const [first, ...rest] = operandsOf(ast);
  if (first === undefined) return '';
  // The first operand is no run of this operator, the others may be one in brackets: `a and (b and c)`.
  const others = rest.map((other) => [line, `${ast.operator} `, operand(other, tighter(strength))]);
  return group([operand(first, strength), ...others]);
}

function layoutArithmetic(ast: AstOf<'arithmetic'>): Layout {
  const strength = strengthOf(ast);
  return [operand(ast.left, strength), ` ${ast.operator} `, operand(ast.right, tighter(strength))];
}

const strengthsInOrder: readonly Strength[] = Object.values(strengths);

function tighter(strength: Strength): Strength {
  return strengthsInOrder[strength + 1] ?? strengths.primary;
}

function layoutCall({ receiver, name, arguments: given }: AstOf<'call'>): Layout {
  const call = [name.text, brackets('(', given.map(layoutOf), ')')];
  return receiver === null ? call : [operand(receiver, strengths.postfix), '.', ...call];
}

/** The variables after their keyword: one beside it, several each on its own line if they do not fit on one. */
function layoutVariables(variables: readonly VariableDeclaration[]): Layout {
  const [first] = variables;
  if (first !== undefined && variables.length === 1) return [' ', layoutDeclaration(first, strengths.query)];
  // A condition that is a query would take the variables after it for its own.
  const declarations = variables.map((declaration) => layoutDeclaration(declaration, strengths.or));
  return group(indented([line, joinLayouts(declarations, [',', line])]));
}

function layoutDeclaration({ name, array, where }: VariableDeclaration, strength: Strength): Layout {
  const source = [`${name.text} from `, operand(array, strengths.postfix)];
  return where === null ? source : group([...source, ' where', indented([line, operand(where, strength)])]);
}

function layoutAggregate({ operator, expression, variables }: AstOf<'aggregate'>): Layout {
  if (expression === null) return [operator, layoutVariables(variables)];
  const isClear = strengthOf(expression) >= strengths.sum && !beginsWithSymbol(expression);
  const over = isClear ? layoutOf(expression) : brackets('(', [layoutOf(expression)], ')');
  return [`${operator} `, over, ' over', layoutVariables(variables)];
}

/** Whether the text begins with `-` or `[`, which after the name of an aggregate would go on with a field so called. */
function beginsWithSymbol(ast: Ast): boolean {
  const { first } = beginningOf(ast);
  return first.kind === 'negate' || first.kind === 'list';
}

/** The node that the text of a sum, or of what binds tighter, begins with, and whether a dot follows it. */
function beginningOf(ast: Ast): { readonly first: Ast; readonly isDotted: boolean } {
  let first = ast;
  let isDotted = false;
  for (let left = leftOf(first); left !== null; left = leftOf(first)) {
    isDotted = first.kind === 'member' || first.kind === 'call';
    first = left;
  }
  return { first, isDotted };
}

function leftOf(ast: Ast): Ast | null {
  switch (ast.kind) {
    case 'arithmetic':
      return ast.left;
    case 'member':
      return ast.object;
    case 'filter':
      return ast.array;
    case 'call':
      return ast.receiver;
    default:
      return null;
  }
}

function layoutForm(form: OccursForm): readonly Layout[] {
  switch (form.kind) {
    case 'distance': {
      const { operator, amount, unit, direction, reference } = form;
      return [`${operator} `, layoutOf(amount), ` ${unitText(unit, amount)} ${direction} `, layoutReference(reference)];
    }
    case 'side':
      return [`${form.direction} `, layoutReference(form.reference)];
    case 'on':
      return [form.reference.kind === 'expression' ? 'on ' : '', layoutReference(form.reference)];
    case 'between':
      return ['between ', layoutReference(form.from), ' and ', layoutReference(form.to)];
    default:
      return assertNever(form);
  }
}

function unitText(unit: TimeUnit, amount: Ast): string {
  if (amount.kind === 'number' && amount.value === 1) return unit;
  if (unit === 'century') return 'centuries';
  return unit === 'millennium' ? 'millennia' : `${unit}s`;
}

function layoutReference(reference: TimeReference): Layout {
  switch (reference.kind) {
    case 'named':
      return reference.name;
    case 'calendar':
      return `${reference.which} ${reference.unit}`;
    case 'expression': {
      const { expression } = reference;
      const { first, isDotted } = beginningOf(expression);
      const isTimeWord = first.kind === 'name' && !isDotted && timeWords.has(first.name.toLowerCase());
      return isTimeWord ? brackets('(', [layoutOf(expression)], ')') : operand(expression, strengths.sum);
    }
    default:
      return assertNever(reference);
  }
}

function layoutStep({ label, what, where, when, count }: ChainStep): Layout {
  return [
    labelText(label),
    clause('WHAT', layoutOf(what)),
    where === null ? '' : [' ', clause('WHERE', layoutOf(where))],
    when === null ? '' : [' ', clause('WHEN', layoutForm(when))],
    count === null ? '' : ` COUNT(${renderNumber(count.value, { isInteger: true })})`,
  ];
}

function labelText(label: Identifier): string {
  return `${label.text}: `;
}

function clause(word: string, content: Layout): Layout {
  return [word, brackets('(', [content], ')')];
}
