/** A mapping: how the rows of a file become profiles and events. Source: docs/import.md. */
import type { JsonObject } from '@muster/audience';
import type { CheckedExpression } from '@muster/pql';
import type { FileFormat } from '../read/read-rows.ts';
import type { Column } from './column.ts';

/** A PQL expression of a mapping. */
export interface Script {
  readonly text: string;
  readonly checked: CheckedExpression;
  /** Where it stands in the mapping, a JSON pointer. */
  readonly pointer: string;
}

/** A field that is set, by its path. */
export interface Assignment {
  readonly path: readonly string[];
  readonly pointer: string;
  readonly value: AssignedValue;
}

/** What a field is set to: one value, or a list of objects made of the items of a list. */
export type AssignedValue =
  | { readonly kind: 'script'; readonly script: Script }
  | { readonly kind: 'items'; readonly from: Script; readonly set: readonly Assignment[] };

/** What becomes of each row in the profile of its person. */
export interface ProfileOutput {
  /** When the row says so; null: when the import was announced. */
  readonly time: Script | null;
  readonly set: readonly Assignment[];
}

/** What becomes of each row, or of all rows of a group together, as an event. */
export interface EventOutput {
  /** The rows with one value of this, of one person, are one event; null: each row is one. */
  readonly groupBy: Script | null;
  readonly set: readonly Assignment[];
}

/** A mapping that has been checked, all but the fields it sets. */
export interface Mapping {
  readonly file: FileFormat;
  readonly columns: readonly Column[];
  readonly identity: { readonly namespace: string; readonly value: Script };
  readonly profile: ProfileOutput | null;
  readonly event: EventOutput | null;
  /** Custom fields the sandbox gets, as JSON Schema. */
  readonly schema: { readonly profile: JsonObject | null; readonly event: JsonObject | null };
}
