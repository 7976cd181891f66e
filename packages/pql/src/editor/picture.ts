/** A text as the parser and the checker see it, with the meaning of each node at hand. */
import { checkExpression } from '../check/check.ts';
import type { NameScope } from '../check/context.ts';
import type { Expression } from '../check/expression.ts';
import type { Ast, OccursForm, VariableDeclaration } from '../syntax/ast.ts';
import { parseExpression } from '../syntax/parser.ts';
import { childrenOf, walkAst } from '../syntax/walk.ts';
import type { Schema } from '../types/type.ts';

/** What a node means, and which names it may use. */
export interface Meaning {
  readonly expression: Expression;
  readonly scope: NameScope;
}

/** The tree of a text with what the checker found out. */
export interface Picture {
  /** All nodes, outside first, in the order they are written. */
  readonly nodes: readonly Ast[];
  readonly parents: ReadonlyMap<Ast, Ast>;
  /** The meaning of a node. What stands where the checker did not look is taken for a part of the profile. */
  readonly meaningOf: (node: Ast) => Meaning | null;
}

/** The picture of a text, however broken. Never throws. */
export function pictureOf(text: string, schema: Schema): Picture {
  const { ast } = parseExpression(text);
  const nodes: Ast[] = [];
  const parents = new Map<Ast, Ast>();
  walkAst(ast, (node) => {
    nodes.push(node);
    for (const child of childrenOf(node)) parents.set(child, node);
  });
  const meanings = meaningsOf(ast, schema);
  const meaningOf = (node: Ast): Meaning | null => meanings.get(node) ?? meaningsOf(node, schema).get(node) ?? null;
  return { nodes, parents, meaningOf };
}

function meaningsOf(ast: Ast, schema: Schema): ReadonlyMap<Ast, Meaning> {
  const meanings = new Map<Ast, Meaning>();
  checkExpression(ast, schema, { onNode: (node, scope, expression) => meanings.set(node, { expression, scope }) });
  return meanings;
}

/** The node with a place that fits, the outermost first; null when there is none. */
export function findNode<Found extends Ast>({ nodes }: Picture, fits: (node: Ast) => node is Found): Found | null {
  return nodes.find(fits) ?? null;
}

/** The variables that a node declares. */
export function declarationsOf(node: Ast): readonly VariableDeclaration[] {
  return node.kind === 'select' || node.kind === 'quantifier' || node.kind === 'aggregate' ? node.variables : [];
}

/** The time rules that a node holds itself. */
export function timeRulesOf(node: Ast): readonly OccursForm[] {
  if (node.kind === 'occurs') return [node.form];
  return node.kind === 'chain' ? node.steps.flatMap(({ when }) => (when === null ? [] : [when])) : [];
}
