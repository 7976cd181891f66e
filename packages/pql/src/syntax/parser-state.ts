/** What all parts of the parser share: where it stands, what it found wrong, and the bounds it keeps. */
import {
  type DiagnosticCode,
  type DiagnosticExtra,
  type DiagnosticParameters,
  diagnose,
} from '../diagnostics/codes.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Ast, Identifier } from './ast.ts';
import type { ParseLimits } from './limits.ts';
import type { Span } from './span.ts';
import type { Token, TokenSymbol } from './token.ts';
import { childrenOf } from './walk.ts';

/** The rules that other rules call back into; handed over as values, so that the files do not import in a circle. */
export interface Grammar {
  /** A whole expression, as far as it goes. */
  readonly expression: (state: ParserState) => Ast;
  /** A whole expression up to a closing symbol, a comma or the end; what stands in between is reported and passed. */
  readonly enclosed: (state: ParserState) => Ast;
  /** Sums and what binds tighter: what may stand beside a comparison. */
  readonly sum: (state: ParserState) => Ast;
  /** A path, a call or a primary. */
  readonly postfix: (state: ParserState) => Ast;
}

/**
 * A parse in progress.
 *
 * INVARIANT: every loop of the parser moves on by a token or ends, and past a limit the state stands at the end token,
 * so every parse ends.
 */
export class ParserState {
  readonly text: string;
  readonly grammar: Grammar;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  readonly #limits: ParseLimits;
  readonly #diagnostics: Diagnostic[] = [];
  readonly #heights = new WeakMap<Ast, number>();
  #position = 0;
  #depth = 0;
  #lastReported = -1;
  #isHalted = false;
  #isInOperator = true;

  constructor(options: {
    readonly text: string;
    readonly tokens: readonly Token[];
    readonly grammar: Grammar;
    readonly limits: ParseLimits;
  }) {
    this.text = options.text;
    this.grammar = options.grammar;
    this.#tokens = options.tokens;
    this.#limits = options.limits;
    this.#end = options.tokens.at(-1) ?? { kind: 'end', span: { start: 0, end: 0 } };
  }

  /** What was reported, in the order it was found. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Whether `in` may be an operator here; not so in the value of a `let`, which it ends. */
  get isInOperator(): boolean {
    return this.#isInOperator;
  }

  /** The token to be read next; past the last one, the end token. */
  get token(): Token {
    return this.peek(0);
  }

  /** The token `distance` further on. */
  peek(distance: number): Token {
    return this.#tokens[this.#position + distance] ?? this.#end;
  }

  /** The token read last, null at the start. */
  get previous(): Token | null {
    return this.#tokens[this.#position - 1] ?? null;
  }

  /** Where the token read last ends. */
  get previousEnd(): number {
    return this.previous?.span.end ?? 0;
  }

  /** Reads a token. */
  advance(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#position++;
    return token;
  }

  /** Whether a symbol comes next. */
  atSymbol(symbol: TokenSymbol, distance = 0): boolean {
    const token = this.peek(distance);
    return token.kind === 'symbol' && token.symbol === symbol;
  }

  /** Whether a word comes next, in whatever case. */
  atWord(word: string, distance = 0): boolean {
    return this.wordAt(distance) === word;
  }

  /** The identifier that comes next in lower case, null when something else does. */
  wordAt(distance = 0): string | null {
    const token = this.peek(distance);
    return token.kind === 'identifier' ? token.word : null;
  }

  /** Reads a symbol if it comes next. */
  takeSymbol(symbol: TokenSymbol): boolean {
    const isNext = this.atSymbol(symbol);
    if (isNext) this.advance();
    return isNext;
  }

  /** Reads a word if it comes next. */
  takeWord(word: string): boolean {
    const isNext = this.atWord(word);
    if (isNext) this.advance();
    return isNext;
  }

  /** Reads a word, or reports that it is missing. */
  expectWord(word: string, help?: string): boolean {
    return this.takeWord(word) || this.reportExpected(`\`${word}\``, help);
  }

  /** Reads a symbol, or reports that it is missing. */
  expectSymbol(symbol: TokenSymbol, help?: string): boolean {
    return this.takeSymbol(symbol) || this.reportExpected(`\`${symbol}\``, help);
  }

  /** Reads the bracket that closes the one at `open`, or reports that there is none; past other tokens if need be. */
  expectClose(open: Token, close: ')' | ']' | '}'): boolean {
    if (this.takeSymbol(close)) return true;
    if (this.token.kind !== 'end' && !isCloser(this.token)) {
      this.report('syntax/unexpected-token', this.token.span, { found: this.textOf(this.token.span) });
      this.skipUntil(() => false);
      if (this.takeSymbol(close)) return true;
    }
    this.report('syntax/unclosed', open.span, { open: this.textOf(open.span), close });
    return false;
  }

  /** Reads a name, or reports that it is missing and gives an empty one. */
  expectIdentifier(what: string): Identifier {
    const { token } = this;
    if (token.kind === 'identifier') {
      this.advance();
      return { text: token.text, span: token.span };
    }
    this.reportExpected(what);
    return { text: '', span: { start: this.previousEnd, end: this.previousEnd } };
  }

  /**
   * Moves to the next token at which `stops`, a comma or a bracket that closes one from outside, passing bracketed
   * parts as a whole.
   */
  skipUntil(stops: () => boolean): void {
    let depth = 0;
    while (this.token.kind !== 'end') {
      if (depth === 0 && (isCloser(this.token) || this.atSymbol(',') || stops())) return;
      if (isOpener(this.token)) depth++;
      else if (isCloser(this.token)) depth--;
      this.advance();
    }
  }

  /** The source text of a span. */
  textOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }

  /** Reports, unless something was reported about the same place, which would then be a consequence of it. */
  report<Code extends DiagnosticCode>(
    code: Code,
    span: Span,
    parameters: DiagnosticParameters<Code>,
    extra: DiagnosticExtra = {},
  ): void {
    if (this.#isHalted || span.start === this.#lastReported) return;
    this.#lastReported = span.start;
    if (this.#diagnostics.length < this.#limits.diagnosticsMax) {
      this.#diagnostics.push(diagnose(code, span, parameters, extra));
    }
  }

  /** Reports that `what` does not come next. The place is the next token, at the end of the text the last one. */
  reportExpected(what: string, help?: string): false {
    const { token } = this;
    const isEnd = token.kind === 'end';
    const span = isEnd ? (this.previous?.span ?? token.span) : token.span;
    const found = isEnd ? null : this.textOf(token.span);
    this.report('syntax/expected', span, { what, found }, help === undefined ? {} : { help });
    return false;
  }

  /** Reports that an expression is missing here and gives the node that stands for it. */
  missing(): Ast {
    const { token, previous } = this;
    const isNamed = token.kind !== 'end' && !isCloser(token) && !this.atSymbol(',');
    const span = isNamed || previous === null ? token.span : previous.span;
    const after = previous === null ? null : this.textOf(previous.span);
    this.report('syntax/expected-expression', span, { after });
    return { kind: 'missing', span: { start: token.span.start, end: token.span.start } };
  }

  /** What `parse` gives one level deeper; past the limit on depth, a missing node and nothing more is read. */
  nested(parse: () => Ast): Ast {
    if (this.#depth >= this.#limits.nestingDepthMax) return this.#halt(this.token.span, this.#limits.nestingDepthMax);
    this.#depth++;
    const ast = parse();
    this.#depth--;
    return ast;
  }

  /** The node, if the tree is not too high with it; else a missing node and nothing more is read. */
  built(ast: Ast): Ast {
    const height = this.#heightOf(ast);
    this.#heights.set(ast, height);
    return height <= this.#limits.treeHeightMax ? ast : this.#halt(ast.span, this.#limits.treeHeightMax);
  }

  /** What `parse` gives inside brackets, where `in` is an operator again. */
  bracketed<Result>(parse: () => Result): Result {
    return this.withInOperator(true, parse);
  }

  /** What `parse` gives where `in` is, or is not, an operator. */
  withInOperator<Result>(isInOperator: boolean, parse: () => Result): Result {
    const outside = this.#isInOperator;
    this.#isInOperator = isInOperator;
    const result = parse();
    this.#isInOperator = outside;
    return result;
  }

  /**
   * Items parsed by `item`, separated by commas, up to the closing symbol, which is not read. At least one is expected
   * unless the symbol comes at once.
   */
  items<Item>(close: ')' | ']' | '}', item: () => Item): readonly Item[] {
    const items: Item[] = [];
    if (this.atSymbol(close)) return items;
    do {
      if (items.length >= this.#limits.itemsMax) {
        this.report('limit/too-many-items', this.token.span, { limit: this.#limits.itemsMax });
        do this.skipUntil(() => false);
        while (this.takeSymbol(','));
        return items;
      }
      items.push(item());
    } while (this.takeSymbol(','));
    return items;
  }

  #heightOf(ast: Ast): number {
    let height = 0;
    for (const child of childrenOf(ast)) {
      const isRun =
        ast.kind === 'logical' && child === ast.left && child.kind === 'logical' && child.operator === ast.operator;
      height = Math.max(height, (this.#heights.get(child) ?? 1) + (isRun ? 0 : 1));
    }
    return Math.max(1, height);
  }

  #halt(span: Span, limit: number): Ast {
    this.report('limit/too-deep', span, { limit });
    this.#isHalted = true;
    this.#position = this.#tokens.length - 1;
    return { kind: 'missing', span: { start: span.start, end: span.start } };
  }
}

/** Whether a token closes a bracket. */
export function isCloser(token: Token): boolean {
  return token.kind === 'symbol' && (token.symbol === ')' || token.symbol === ']' || token.symbol === '}');
}

function isOpener(token: Token): boolean {
  return token.kind === 'symbol' && (token.symbol === '(' || token.symbol === '[' || token.symbol === '{');
}
