/** What use cases need of the rest of the server. */
import type {
  Clock,
  Expression,
  IdSource,
  ImportRun,
  JobId,
  JsonObject,
  Problem,
  Scope,
  TaskId,
} from '@muster/audience';
import type { Schema } from '@muster/pql';
import type { ControlStore, DataStore } from '@muster/store';

/** A place in a rule. */
export interface RuleClause {
  /** UTF-16 offsets into the rule as it was sent, the end excluded; absent where it was sent in another form. */
  readonly span?: { readonly start: number; readonly end: number };
  /** The lines of the rule's text with the place underlined. */
  readonly excerpt?: string;
}

/** One finding about a rule. */
export interface RuleFinding extends RuleClause {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly help?: string;
  /** The text of the replacement that would mend it. */
  readonly fix?: string;
}

/** Whether a way of evaluation is open to a rule, and, if not, the clause that decides and why. */
export type RuleVerdict =
  | { readonly eligible: true }
  | { readonly eligible: false; readonly reason: string; readonly clause: RuleClause };

/** What is known of a rule without errors. */
export interface RuleFacts {
  /** The audiences it refers to. */
  readonly referenced: readonly string[];
  /** Whether it asks about events itself. */
  readonly usesEvents: boolean;
  /** The ways of evaluation open to it; `isProfileOnly` says of an audience whether it uses no events, over whatever others. */
  decideMethods(isProfileOnly: (audienceId: string) => boolean): {
    readonly streaming: RuleVerdict;
    readonly edge: RuleVerdict;
  };
}

/** What was found in a rule; it has no facts when it has errors. */
export interface RuleAnalysis {
  readonly findings: readonly RuleFinding[];
  readonly facts: RuleFacts | null;
}

/** Checks rules, in either form, against the fields of a sandbox. */
export type AnalyzeRule = (rule: Pick<Expression, 'format' | 'value'>, schema: Schema) => RuleAnalysis;

/** What use cases tell a runner of tasks. */
export interface TaskDoor {
  /** There is something to do. */
  wake(): void;
  /** A task is to be cancelled. */
  abort(id: TaskId): void;
}

/** The files that exports gave. */
export interface ExportFiles {
  /** The content of a file; null when it is not there. */
  read(id: TaskId, name: string): Promise<NodeJS.ReadableStream | null>;
  /** Forgets the files of an export. */
  remove(id: TaskId): Promise<void>;
}

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
  readonly runner: { wake(): void; abort(id: JobId): void; whenIdle(): Promise<void> };
  /** Runs the previews that use cases make. */
  readonly previewRunner: TaskDoor;
  /** Runs the exports that use cases make. */
  readonly exportRunner: TaskDoor;
  readonly exportFiles: ExportFiles;
  /** Makes the external audiences, and reads the files, that use cases ask for. */
  readonly externalRunner: TaskDoor & { whenIdle(): Promise<void> };
}
