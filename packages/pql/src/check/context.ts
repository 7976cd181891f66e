/** What the parts of the checker share. */
import type { RegexEngine } from '../closures/closure.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast } from '../syntax/ast.ts';
import type { Span } from '../syntax/span.ts';
import type { ObjectType, PqlType } from '../types/type.ts';
import { scalarTypes } from '../types/type.ts';
import type { Expression, Variable } from './expression.ts';

/** Which names mean what at one place of the text. */
export interface NameScope {
  /** What bare names are members of: the profile first, then the items of the filters around, innermost last. */
  readonly items: readonly Expression[];
  /** Variables and `let` names. */
  readonly names: ReadonlyMap<string, Expression>;
}

/** The state of one check. */
export interface CheckContext {
  /** Checks a node; here so that the parts need not import each other. */
  readonly check: (node: Ast, scope: NameScope) => Expression;
  /** Checks a node in boolean position. */
  readonly checkCondition: (node: Ast, scope: NameScope) => Expression;
  readonly report: (diagnostic: Diagnostic) => void;
  readonly newVariable: (name: string, type: PqlType) => Variable;
  /** The type of the profile's events: two of them can be compared. */
  readonly event: ObjectType;
  /** The node that the whole text is. */
  readonly whole: Ast;
  /** Whether the value is asked for by a request, which may bring objects of its own. */
  readonly hasRequest: boolean;
  /** Compiles literal patterns, to refuse malformed ones early; absent: they are not looked at. */
  readonly regex: RegexEngine | null;
}

/** What stands for an expression that was reported: it fits everywhere, so that one mistake is reported once. */
export function reported(span: Span): Expression {
  return { kind: 'constant', value: null, type: scalarTypes.any, span };
}

/** Whether an expression stands for one that was reported: no constant that someone wrote is untyped. */
export function isReported({ kind, type }: Expression): boolean {
  return kind === 'constant' && type.kind === 'any';
}

/** The scope inside a filter or an array method, whose bare names are members of `item`. */
export function insideItem(scope: NameScope, item: Expression): NameScope {
  return { ...scope, items: [...scope.items, item] };
}

/** The scope with one more name. */
export function withName(scope: NameScope, name: string, meaning: Expression): NameScope {
  return { ...scope, names: new Map([...scope.names, [name, meaning]]) };
}
