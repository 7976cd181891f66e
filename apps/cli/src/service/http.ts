/** Requests to the service: JSON, uploads and downloads, without a time limit of their own. */
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.ts';

/** Where the service is and who asks. */
export interface Endpoint {
  readonly url: string;
  readonly org: string;
  readonly sandbox: string;
  readonly token: string;
  readonly apiKey: string;
}

/** A request; the path starts after the base path of the API. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly bytes?: AsyncIterable<Uint8Array>;
}

/** The longest answer that is read into memory. */
const answerBytesMax = 67_108_864;
const basePath = '/data/core/ups';

/** The answer, its body not yet read. Throws `CliError` when the service cannot be reached or refuses. */
export async function openRequest(endpoint: Endpoint, wanted: ServiceRequest): Promise<IncomingMessage> {
  const response = await send(endpoint, wanted);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  throw refusal(status, await readText(response));
}

/** The JSON of the answer. */
export async function requestJson(endpoint: Endpoint, wanted: ServiceRequest): Promise<unknown> {
  const text = await readText(await openRequest(endpoint, wanted));
  try {
    const json: unknown = JSON.parse(text);
    return json;
  } catch (error) {
    throw new CliError('failed', `the answer of ${endpoint.url} is not JSON`, { cause: error });
  }
}

function send(endpoint: Endpoint, { method, path, headers, json, bytes }: ServiceRequest): Promise<IncomingMessage> {
  const url = new URL(basePath + path, endpoint.url);
  const open = url.protocol === 'https:' ? requestHttps : requestHttp;
  const body = json === undefined ? null : Buffer.from(JSON.stringify(json));
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method,
      headers: {
        authorization: `Bearer ${endpoint.token}`,
        'x-api-key': endpoint.apiKey,
        'x-gw-ims-org-id': endpoint.org,
        'x-sandbox-name': endpoint.sandbox,
        ...(body === null ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/octet-stream' }),
        ...headers,
      },
    });
    request.once('response', resolve);
    request.once('error', (error) => reject(unreachable(endpoint, error)));
    if (bytes === undefined) request.end(body ?? undefined);
    // An answer may come before the end of the upload: then the answer says what is wrong, not the broken pipe.
    else
      pipeline(Readable.from(bytes, { objectMode: false }), request).catch((error: unknown) => {
        reject(unreachable(endpoint, error));
      });
  });
}

function unreachable(endpoint: Endpoint, error: unknown): CliError {
  const reason = error instanceof Error ? (error.message === '' ? error.name : error.message) : String(error);
  return new CliError('failed', `no connection to ${endpoint.url}: ${reason}`, { cause: error });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue;
    length += chunk.length;
    if (length > answerBytesMax) throw new CliError('failed', `an answer is longer than ${answerBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** What the service refused: client errors are the input's fault, save what is not there. */
function refusal(status: number, body: string): CliError {
  const isInput = status >= 400 && status < 500 && ![401, 403, 404, 409, 429].includes(status);
  return new CliError(isInput ? 'invalidInput' : 'failed', renderRefusal(status, body));
}

/** The findings in an error body, one a line, with the places underlined. */
export function renderRefusal(status: number, body: string): string {
  const entries = problemEntries(body);
  if (entries.length === 0) return `the service answered ${status}: ${body.slice(0, 500)}`;
  return entries.map(renderEntry).join('\n');
}

type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function problemEntries(body: string): readonly Entry[] {
  try {
    const json: unknown = JSON.parse(body);
    if (!isEntry(json)) return [];
    const { errors } = json;
    if (isEntry(errors))
      return Object.values(errors).flatMap((list) => (Array.isArray(list) ? list.filter(isEntry) : []));
    return typeof json['message'] === 'string' ? [json] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function renderEntry(entry: Entry): string {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  const place = text('field') === '' ? '' : `${text('field')}: `;
  const lines = [`${place}${text('message')}`];
  if (text('excerpt') !== '')
    lines.push(
      ...text('excerpt')
        .split('\n')
        .map((line) => `  ${line}`),
    );
  if (text('expected') !== '') lines.push(`  expected: ${text('expected')}`);
  if (text('suggestion') !== '') lines.push(`  help: ${text('suggestion')}`);
  return lines.join('\n');
}
