/**
 * The tree that the parser gives: what was written, nothing resolved yet.
 *
 * Every node carries the span of its text. A tree that came out with diagnostics may hold `missing` nodes where
 * something was expected; later stages treat them as already reported.
 * Source: docs/pql.md#grammar.
 */
import type { Span } from './span.ts';

/** Operators written between two expressions that give a boolean. */
export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>=';
/** Operators written between two expressions that give a number. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%';
/** Word operators written between two expressions that give a boolean. */
export type WordOperator = 'in' | 'notIn' | 'like' | 'matches';

/** Units of time, in the singular. Source: reference, evaluation §12. */
export const timeUnits = [
  'millisecond',
  'second',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'decade',
  'century',
  'millennium',
] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** A name with the place it stands in. */
export interface Identifier {
  readonly text: string;
  readonly span: Span;
}

/** `V from array where condition`; `where` may be left out. */
export interface VariableDeclaration {
  readonly name: Identifier;
  readonly array: Ast;
  readonly where: Ast | null;
  readonly span: Span;
}

/** A point or an interval of time that an `occurs` compares with. */
export type TimeReference =
  | { readonly kind: 'named'; readonly name: 'now' | 'today' | 'yesterday' | 'tomorrow'; readonly span: Span }
  | {
      readonly kind: 'calendar';
      readonly which: 'this' | 'last' | 'next';
      readonly unit: TimeUnit;
      readonly span: Span;
    }
  | { readonly kind: 'expression'; readonly expression: Ast; readonly span: Span };

/** What may follow `occurs`. */
export type OccursForm =
  | {
      /** `<= 3 days before now` */
      readonly kind: 'distance';
      readonly operator: ComparisonOperator;
      readonly amount: Ast;
      readonly unit: TimeUnit;
      readonly direction: 'before' | 'after' | 'from';
      readonly reference: TimeReference;
    }
  | {
      /** `before today` */
      readonly kind: 'side';
      readonly direction: 'before' | 'after';
      readonly reference: TimeReference;
    }
  | {
      /** `on date(2019, 12, 31)`, `last month` */
      readonly kind: 'on';
      readonly reference: TimeReference;
    }
  | {
      /** `between date(2015, 1, 8) and date(2017, 7, 1)` */
      readonly kind: 'between';
      readonly from: TimeReference;
      readonly to: TimeReference;
    };

/** One step of a chain: `label: WHAT(what) WHERE(where) WHEN(when) COUNT(count)`. */
export interface ChainStep {
  readonly label: Identifier;
  readonly what: Ast;
  readonly where: Ast | null;
  readonly when: OccursForm | null;
  readonly count: { readonly value: number; readonly span: Span } | null;
  readonly span: Span;
}

/** One `"key": value` of an object literal. */
export interface ObjectEntry {
  readonly key: string;
  readonly value: Ast;
  readonly span: Span;
}

/** The aggregates that have an operator form. */
export type AggregateOperator = 'sum' | 'average' | 'min' | 'max';

/** A node of the syntax tree. */
export type Ast = { readonly span: Span } & (
  | { readonly kind: 'string'; readonly value: string }
  | {
      readonly kind: 'number';
      readonly value: number;
      /** False for `4.5`, `2.02E12`. */
      readonly isInteger: boolean;
    }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'list'; readonly items: readonly Ast[] }
  | { readonly kind: 'objectLiteral'; readonly entries: readonly ObjectEntry[] }
  | {
      /** A path root: a field of the current item or profile, a variable, `profile`, `this`. */
      readonly kind: 'name';
      readonly name: string;
    }
  | { readonly kind: 'member'; readonly object: Ast; readonly member: Identifier }
  | {
      /** `name(arguments)` or, with a receiver, `receiver.name(arguments)`. */
      readonly kind: 'call';
      readonly name: Identifier;
      readonly receiver: Ast | null;
      readonly arguments: readonly Ast[];
    }
  | {
      /** `array[condition]` */
      readonly kind: 'filter';
      readonly array: Ast;
      readonly condition: Ast;
    }
  | {
      /** `^` is the enclosing item of the current filter, `^^` the one around that. */
      readonly kind: 'outer';
      readonly levels: number;
    }
  | { readonly kind: 'not'; readonly operand: Ast }
  | { readonly kind: 'negate'; readonly operand: Ast }
  | { readonly kind: 'logical'; readonly operator: 'and' | 'or'; readonly left: Ast; readonly right: Ast }
  | {
      readonly kind: 'comparison';
      readonly operator: ComparisonOperator | WordOperator;
      readonly left: Ast;
      readonly right: Ast;
    }
  | { readonly kind: 'arithmetic'; readonly operator: ArithmeticOperator; readonly left: Ast; readonly right: Ast }
  | { readonly kind: 'if'; readonly condition: Ast; readonly then: Ast; readonly otherwise: Ast }
  | { readonly kind: 'occurs'; readonly subject: Ast; readonly form: OccursForm }
  | { readonly kind: 'select'; readonly variables: readonly VariableDeclaration[] }
  | {
      readonly kind: 'quantifier';
      readonly quantifier: 'exists' | 'forall';
      readonly variables: readonly VariableDeclaration[];
    }
  | {
      /** `sum expression over V from array where …`; `expression` is null in the short form `sum V from numbers`. */
      readonly kind: 'aggregate';
      readonly operator: AggregateOperator;
      readonly expression: Ast | null;
      readonly variables: readonly VariableDeclaration[];
    }
  | { readonly kind: 'let'; readonly name: Identifier; readonly value: Ast; readonly body: Ast }
  | { readonly kind: 'lambda'; readonly parameters: readonly Identifier[]; readonly body: Ast }
  | {
      /** `$1` */
      readonly kind: 'parameter';
      readonly position: number;
    }
  | {
      /** `@{schema;version=1}` */
      readonly kind: 'context';
      readonly schema: string;
    }
  | { readonly kind: 'chain'; readonly array: Ast; readonly time: Ast; readonly steps: readonly ChainStep[] }
  | {
      /** Stands where an expression was expected; reported already. */
      readonly kind: 'missing';
    }
);

/** The kinds of syntax node. */
export type AstKind = Ast['kind'];
/** The syntax node of one kind. */
export type AstOf<Kind extends AstKind> = Extract<Ast, { readonly kind: Kind }>;
