/** How the program ends when something is wrong. */

/** What exit codes mean. Source: docs/cli.md. */
export const exitCodes = { fine: 0, failed: 1, wrongUsage: 2, invalidInput: 3 } as const;

/** Why the program ends: for people, without a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(outcome: Exclude<keyof typeof exitCodes, 'fine'>, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CliError';
    this.exitCode = exitCodes[outcome];
  }
}
