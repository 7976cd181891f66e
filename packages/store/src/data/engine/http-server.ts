/**
 * The HTTP interface of ClickHouse, as far as its client uses it, over the embedded engine.
 *
 * Query in the body or in `query` (the body is then data), `param_*`, settings, `default_format`, multipart forms,
 * streamed results, errors with status 500 and `X-ClickHouse-Exception-Code`, `/ping`. A client that goes away ends its
 * statement. Not here: compression, sessions, users, `database`.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Lease, SessionPool, StatementContext } from './session-pool.ts';

/** Room for statements with thousands of parameters in the address; ClickHouse itself takes 1 MiB. */
const headerBytesMax = 16 * 1024 * 1024;

/** URL parameters that are no settings. */
const reservedParameters = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'session_id',
  'role',
  'user',
  'password',
]);

interface EngineRequest {
  readonly text: string;
  readonly format: string;
  readonly context: StatementContext;
}

/** A server over `pool`, not yet listening. */
export function createEngineServer(pool: SessionPool): Server {
  const server = createServer({ maxHeaderSize: headerBytesMax, requestTimeout: 0 }, (request, response) => {
    answer(pool, request, response).catch((error: unknown) => fail(response, error));
  });
  server.keepAliveTimeout = 60_000;
  return server;
}

async function answer(pool: SessionPool, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://engine');
  if (url.pathname === '/ping') {
    response.end('Ok.\n');
    return;
  }
  const decoded = await decodeRequest(url, request);
  const lease = await pool.acquire(decoded.context);
  const onClose = (): void => {
    if (!response.writableFinished) lease.cancel();
  };
  // The client may have gone while the statement waited for a session.
  if (response.destroyed) {
    await lease.release();
    return;
  }
  response.once('close', onClose);
  try {
    if (isStreamable(decoded.text)) await sendStream(piecesOf(lease, decoded), response);
    else response.end(await lease.execute(decoded.text, decoded.format));
  } finally {
    response.off('close', onClose);
    await lease.release();
  }
}

/** Whether the engine can give the result in pieces. */
function isStreamable(text: string): boolean {
  return /^\s*(SELECT|WITH)\b/i.test(text);
}

/** Formats with a beginning and an end, which must not be made piece by piece. */
const wholeFilePattern = /\sFORMAT\s+(Parquet)\s*$/;

function piecesOf(lease: Lease, { text, format }: EngineRequest): AsyncIterable<Uint8Array> {
  const whole = wholeFilePattern.exec(text);
  return whole?.[1] === undefined ? lease.stream(text, format) : lease.streamFile(text.slice(0, whole.index), whole[1]);
}

/** Sends pieces as they come and as fast as the client reads. Errors before the first piece keep their status. */
async function sendStream(pieces: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  for await (const piece of pieces) {
    if (response.destroyed) return;
    if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end();
}

async function decodeRequest(url: URL, request: IncomingMessage): Promise<EngineRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const entries = [...url.searchParams, ...(await decodeForm(request, body))];
  const query = entries.find(([name]) => name === 'query')?.[1];
  const isForm = isMultipart(request);
  const parameters = entries.filter(([name]) => name.startsWith('param_'));
  const settings = entries.filter(([name]) => !reservedParameters.has(name) && !name.startsWith('param_'));
  return {
    text: query === undefined ? body.toString() : isForm || body.length === 0 ? query : `${query}\n${body.toString()}`,
    format: url.searchParams.get('default_format') ?? 'TabSeparated',
    context: {
      parameters: new Map(parameters.map(([name, value]) => [name.slice('param_'.length), value])),
      settings: new Map(settings),
    },
  };
}

function isMultipart(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
}

/** The fields of a multipart form, which the client uses when parameters are too long for an address. */
async function decodeForm(request: IncomingMessage, body: Buffer): Promise<readonly (readonly [string, string])[]> {
  const type = request.headers['content-type'];
  if (type === undefined || !isMultipart(request)) return [];
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  return [...form].map(([name, value]) => [name, typeof value === 'string' ? value : ''] as const);
}

/** The error in ClickHouse's form; a result that has begun is cut off instead, which the client notices. */
function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const code = /Code: (\d+)\./.exec(message)?.[1] ?? '1002';
  const text = message.startsWith('Code:') ? message : `Code: ${code}. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`;
  response.writeHead(500, { 'X-ClickHouse-Exception-Code': code, 'Content-Type': 'text/plain; charset=UTF-8' });
  response.end(`${text}\n`);
}
