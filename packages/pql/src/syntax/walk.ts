/** Going through syntax trees, exhaustively by kind. */
import { assertNever } from '../assert.ts';
import type { Ast, ChainStep, OccursForm, TimeReference, VariableDeclaration } from './ast.ts';

/** The nodes directly inside a node, in the order they are written. */
export function childrenOf(ast: Ast): readonly Ast[] {
  switch (ast.kind) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'name':
    case 'outer':
    case 'parameter':
    case 'context':
    case 'missing':
      return [];
    case 'list':
      return ast.items;
    case 'objectLiteral':
      return ast.entries.map((entry) => entry.value);
    case 'member':
      return [ast.object];
    case 'call':
      return ast.receiver === null ? ast.arguments : [ast.receiver, ...ast.arguments];
    case 'filter':
      return [ast.array, ast.condition];
    case 'not':
    case 'negate':
      return [ast.operand];
    case 'logical':
    case 'comparison':
    case 'arithmetic':
      return [ast.left, ast.right];
    case 'if':
      return [ast.condition, ast.then, ast.otherwise];
    case 'occurs':
      return [ast.subject, ...formChildren(ast.form)];
    case 'select':
    case 'quantifier':
      return ast.variables.flatMap(declarationChildren);
    case 'aggregate':
      return [...present(ast.expression), ...ast.variables.flatMap(declarationChildren)];
    case 'let':
      return [ast.value, ast.body];
    case 'lambda':
      return [ast.body];
    case 'chain':
      return [ast.array, ast.time, ...ast.steps.flatMap(stepChildren)];
    default:
      return assertNever(ast);
  }
}

/** The time references of what follows `occurs`, in order. */
export function referencesOf(form: OccursForm): readonly TimeReference[] {
  return form.kind === 'between' ? [form.from, form.to] : [form.reference];
}

function formChildren(form: OccursForm): readonly Ast[] {
  const references = referencesOf(form).flatMap((reference) =>
    reference.kind === 'expression' ? [reference.expression] : [],
  );
  return form.kind === 'distance' ? [form.amount, ...references] : references;
}

function declarationChildren({ array, where }: VariableDeclaration): readonly Ast[] {
  return [array, ...present(where)];
}

function stepChildren({ what, where, when }: ChainStep): readonly Ast[] {
  return [what, ...present(where), ...(when === null ? [] : formChildren(when))];
}

function present(ast: Ast | null): readonly Ast[] {
  return ast === null ? [] : [ast];
}

/**
 * The operands of a run of one `and` or `or`, left to right: `a and b and c` gives three. Of any other node, itself.
 *
 * Only the left spine is taken, as the parser builds it: `a and (b and c)` gives two. Runs may have thousands of
 * operands, so a stage that recurses into `left` of a logical node instead of using this can exhaust the stack.
 */
export function operandsOf(ast: Ast): readonly Ast[] {
  if (ast.kind !== 'logical') return [ast];
  const operands: Ast[] = [];
  let node: Ast = ast;
  while (node.kind === 'logical' && node.operator === ast.operator) {
    operands.push(node.right);
    node = node.left;
  }
  operands.push(node);
  return operands.reverse();
}

/** Calls `visit` for the node and every node inside it, outside first, in the order they are written. */
export function walkAst(ast: Ast, visit: (node: Ast) => void): void {
  const pending: Ast[] = [ast];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    visit(next);
    pending.push(...childrenOf(next).toReversed());
  }
}

/** Whether two trees say the same, wherever they were written. */
export function sameTree(a: Ast, b: Ast): boolean {
  const pending: (readonly [unknown, unknown])[] = [[a, b]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [left, right] = next;
    if (Object.is(left, right)) continue;
    const parts = pairParts(left, right);
    if (parts === null) return false;
    for (const pair of parts) pending.push(pair);
  }
  return true;
}

/** The pairs that must be the same for the two to be the same; null when they differ at once. */
function pairParts(a: unknown, b: unknown): readonly (readonly [unknown, unknown])[] | null {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return null;
  const parts = partsOf(a);
  const others = new Map(partsOf(b));
  if (parts.length !== others.size || Array.isArray(a) !== Array.isArray(b)) return null;
  return parts.every(([name]) => others.has(name)) ? parts.map(([name, part]) => [part, others.get(name)]) : null;
}

function partsOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([name]) => name !== 'span');
}
