/** Bodies of answers: bounded, and checked. */
import { checkValue } from '@muster/wire';
import type { Static, TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { MusterAnswerError, MusterError, MusterNetworkError } from '../errors/muster-error.ts';

/** The text of a body of at most `bytesMax` bytes. */
export async function readText(response: Response, bytesMax: number): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new MusterAnswerError(`an answer is longer than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The value of a JSON text that fits a schema; fields that the schema does not know stay. */
export function decodeAnswer<Schema extends TSchema>(schema: Schema, text: string, what: string): Static<Schema> {
  const body = parseJson(text, what);
  if (Check(schema, body)) return body;
  const [finding] = checkValue(schema, body);
  const where = finding === undefined ? '' : `: ${finding.message} at \`${finding.field ?? ''}\``;
  throw new MusterAnswerError(`the answer of ${what} is not what this version expects${where}`);
}

function parseJson(text: string, what: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch (error) {
    throw new MusterAnswerError(`the answer of ${what} is not JSON`, { cause: error });
  }
}

/** The failure of a connection, with its reason in words. */
export function networkError(what: string, error: unknown): MusterNetworkError {
  const root = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = root instanceof Error ? (root.message === '' ? root.name : root.message) : String(root);
  return new MusterNetworkError(`no answer of ${what}: ${reason}`, { cause: error });
}

/** The bytes of a body as they come. Ends in the reason of `signal` when that is what broke it off. */
export async function* streamBytes(
  response: Response,
  what: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    for await (const chunk of response.body) yield chunk;
  } catch (error) {
    signal?.throwIfAborted();
    throw error instanceof MusterError ? error : networkError(what, error);
  }
}
