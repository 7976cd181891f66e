/** What is wrong, or doubtful, in an expression: a value, never thrown. */
import type { Span } from '../syntax/span.ts';
import type { DiagnosticCode } from './codes.ts';

/** A replacement of the text in `span` by `text` that would mend the expression. */
export interface Fix {
  readonly span: Span;
  readonly text: string;
}

/** One finding about an expression. `message` and `help` are lower case without a final stop. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  readonly span: Span;
  readonly message: string;
  readonly help?: string;
  readonly fix?: Fix;
}
