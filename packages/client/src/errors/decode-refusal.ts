/** Error answers, in the form of the service, in that of the gateway, or in none that is known. */
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import { Check } from 'typebox/value';
import type { Refusal } from './api-error.ts';

/** At most this much of an answer without a form becomes its title. */
const titleLengthMax = 500;

/** What came, its body read. */
export interface ErrorAnswer {
  readonly status: number;
  readonly text: string;
  readonly requestId: string | null;
  readonly retryAfter: string | null;
}

function parseJson(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The wait that a `Retry-After` asks for at `now`: seconds, or a date. Null when it is neither. */
export function decodeRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1_000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** What an error answer that came at `now` says. Gives something for every answer. */
export function decodeRefusal({ status, text, requestId, retryAfter }: ErrorAnswer, now: number): Refusal {
  const body = parseJson(text);
  const common = { status, requestId: requestId ?? '', retryAfterMs: decodeRetryAfter(retryAfter, now) };
  if (Check(ProblemBody, body)) {
    return {
      ...common,
      form: 'service',
      // The address of a type ends in its code.
      code: body.type.slice(Math.max(body.type.lastIndexOf('/'), body.type.lastIndexOf(':')) + 1),
      title: body.title,
      requestId: body.requestId,
      findings: Object.values(body.errors).flat(),
    };
  }
  if (Check(GatewayErrorBody, body)) {
    const { error_code: code, message } = body;
    return { ...common, form: 'gateway', code, title: message, findings: [{ code, message }] };
  }
  const title = text === '' ? 'the answer says no more' : text.slice(0, titleLengthMax);
  return { ...common, form: 'other', code: '', title, findings: [] };
}
