/** Sizes an import accepts, by name. They appear in error texts and in docs/import.md. */
export interface ImportLimits {
  /** Bytes of one line, or of one CSV record with its line breaks. */
  readonly lineBytesMax: number;
  /** Columns of a CSV file. */
  readonly columnsMax: number;
  /** How many rows a group waits for further lines after its last one. */
  readonly groupWindowRows: number;
  /** Input bytes held in groups that are still open. */
  readonly openGroupBytesMax: number;
  /** Groups of one file, all of which are remembered so that none is written twice. */
  readonly groupsMax: number;
  /** People of one file, all of which are remembered so that the report counts each once. */
  readonly peopleMax: number;
  /** Events written together. */
  readonly batchEventsMax: number;
  /** Profile records written together. */
  readonly batchRecordsMax: number;
  /** Input bytes behind one batch. */
  readonly batchBytesMax: number;
  /** Rejected rows that are kept with their reason; the others are only counted. */
  readonly problemsMax: number;
  /** Characters of an identity. */
  readonly identityLengthMax: number;
}

/** The limits in force. */
export const importLimits: ImportLimits = {
  lineBytesMax: 1_048_576,
  columnsMax: 1_000,
  groupWindowRows: 50_000,
  openGroupBytesMax: 268_435_456,
  groupsMax: 20_000_000,
  peopleMax: 20_000_000,
  batchEventsMax: 20_000,
  batchRecordsMax: 20_000,
  batchBytesMax: 8_388_608,
  problemsMax: 100,
  identityLengthMax: 1_024,
};
