/** Failures of calls, for people. */
import { type Finding, MusterApiError, MusterError, MusterNetworkError } from '@muster/client';
import { CliError } from '../cli-error.ts';

/** Refusals of the client's kind that are not the fault of the input. */
const otherFaults: ReadonlySet<number> = new Set([401, 403, 404, 409, 429]);

/** What a failure of a call to the service at `url` means for the program; any other error stays as it is. */
export function explainFailure(error: unknown, url: string): unknown {
  if (error instanceof MusterApiError) {
    const { status } = error;
    const isInput = status >= 400 && status < 500 && !otherFaults.has(status);
    return new CliError(isInput ? 'invalidInput' : 'failed', renderRefusal(error), { cause: error });
  }
  if (error instanceof MusterNetworkError) {
    return new CliError('failed', `no connection to ${url}: ${reasonOf(error.cause)}`, { cause: error });
  }
  return error instanceof MusterError ? new CliError('failed', error.message, { cause: error }) : error;
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === '' ? cause.name : cause.message;
}

/** The findings of a refusal, one a line, with the places underlined. */
export function renderRefusal({ status, title, findings }: MusterApiError): string {
  return findings.length === 0 ? `the service answered ${status}: ${title}` : findings.map(renderFinding).join('\n');
}

function renderFinding({ field = '', message, excerpt = '', expected = '', suggestion = '' }: Finding): string {
  return [
    `${field === '' ? '' : `${field}: `}${message}`,
    ...(excerpt === '' ? [] : excerpt.split('\n').map((line) => `  ${line}`)),
    ...(expected === '' ? [] : [`  expected: ${expected}`]),
    ...(suggestion === '' ? [] : [`  help: ${suggestion}`]),
  ].join('\n');
}
