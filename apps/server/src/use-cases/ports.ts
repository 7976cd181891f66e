/** What use cases need of the rest of the server. */
import type { Clock, IdSource, ImportRun, JobId, JsonObject, Problem, Scope } from '@muster/audience';
import type { Schema } from '@muster/pql';
import type { ControlStore, DataStore } from '@muster/store';

/** One finding about a rule, in terms of its text. */
export interface RuleFinding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly help?: string;
  /** UTF-16 offsets, the end excluded. */
  readonly span: { readonly start: number; readonly end: number };
  /** The text of the replacement that would mend it. */
  readonly fix?: string;
  /** The lines of the text with the place underlined. */
  readonly excerpt: string;
}

/** What is known of a rule's text. */
export interface RuleAnalysis {
  readonly findings: readonly RuleFinding[];
  /** The audiences it refers to; empty when it has errors. */
  readonly referenced: readonly string[];
}

/** Checks rules against the fields of a sandbox. */
export type AnalyzeRule = (text: string, schema: Schema) => RuleAnalysis;

/** The doors to everything outside the use cases. */
export interface UseCaseDependencies {
  readonly control: ControlStore;
  readonly data: DataStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly analyzeRule: AnalyzeRule;
  /** The fields of a sandbox: the built-in ones and its own. */
  loadSchema(scope: Scope): Promise<Schema>;
  /** What is wrong with a mapping, or null. */
  checkMapping(mapping: JsonObject, kind: ImportRun['kind']): Problem | null;
  /** Reads a file into profiles or events; gives the import as it is afterwards. */
  receiveImport(
    scope: Scope,
    run: ImportRun,
    bytes: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): Promise<ImportRun>;
  /** Evaluates the jobs that use cases make. */
  readonly runner: { wake(): void; abort(id: JobId): void };
}
