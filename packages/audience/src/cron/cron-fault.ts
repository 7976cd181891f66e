/** Why a text is no cron expression, and where. */
export interface CronFault {
  readonly message: string;
  /** UTF-16 offsets into the text, the end excluded. */
  readonly position: { readonly start: number; readonly end: number };
  readonly expected: string;
}
