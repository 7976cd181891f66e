/** Statements to the engine over `@clickhouse/client`, whichever engine it is, with the errors of the data plane. */
import type { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Problem } from '@muster/audience';
import { renderSql, type SqlFragment } from '@muster/pql';

/** A row of a result: the values of its columns, to be decoded. Integers come as numbers. */
export type Row = readonly unknown[];

/** Formats of files, by their names in the engine. Those of lines have no header. */
export type FileFormat = 'CSV' | 'JSONEachRow' | 'Parquet';

/**
 * Sends statements. All throw `engineUnavailable` when the engine is away, `engineExhausted` when a statement needs more memory
 * or time than it may have, and the signal's reason when aborted.
 */
export interface SqlClient {
  /** All rows. Tried a second time when the engine went away. */
  rows(query: SqlFragment, signal?: AbortSignal): Promise<readonly Row[]>;
  /** The rows as they come, as fast as they are taken. */
  stream(query: SqlFragment, signal: AbortSignal): AsyncIterable<Row>;
  /** The result as a file in a format of the engine, in pieces as fast as they are taken. */
  download(query: SqlFragment, format: FileFormat, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Runs a statement that changes something. */
  command(statement: SqlFragment, signal?: AbortSignal): Promise<void>;
  /** Inserts rows given as lines of JSON arrays; `target` is `INSERT INTO table (columns)`. */
  insert(target: SqlFragment, lines: Iterable<string>): Promise<void>;
  close(): Promise<void>;
}

/** The engine behind a client. */
export interface EngineAddress {
  readonly url: string;
  /** Reaches the embedded engine's socket; null for a server. */
  readonly agent: Agent | null;
  /** Waits until the engine takes requests; throws `engineUnavailable`. */
  readonly ready: () => Promise<void>;
  /** Waits until a connection that broke can be explained, then as `ready`. */
  readonly recover: () => Promise<void>;
  /** What the engine last said about itself, for errors. */
  readonly lastWords: () => string;
  /** Ends the engine when it is ours. */
  readonly close: () => Promise<void>;
}

/** Longer than any batch run should take; an engine that is gone is noticed by its closed connection. */
const requestMsMax = 6 * 60 * 60 * 1000;
const openConnectionsMax = 32;

/** Settings of every statement. */
const settings = {
  // A batch over thousands of audiences is one long text.
  max_query_size: '1073741824',
  max_ast_elements: '50000000',
  max_expanded_ast_elements: '50000000',
  max_ast_depth: '100000',
  max_parser_depth: '10000',
  max_parser_backtracks: '100000000',
  output_format_json_quote_64bit_integers: 0,
  // One insert is one block, and so one part that is there or not.
  max_insert_threads: '1',
  max_insert_block_size: '10000000',
  min_insert_block_size_rows: '10000000',
  min_insert_block_size_bytes: '10000000000',
  async_insert: 0,
  mutations_sync: '2',
  cancel_http_readonly_queries_on_client_close: 1,
} as const;

/** Settings of results that become files. */
const fileSettings = {
  // An error in the middle must not pass for the end of the file: a server holds the result until it is whole.
  http_wait_end_of_query: 1,
  date_time_output_format: 'iso',
  format_csv_null_representation: '',
  output_format_csv_crlf_end_of_line: 1,
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_64bit_floats: 0,
} as const;

/** A client of the engine at `address`. */
export function openSqlClient(address: EngineAddress): SqlClient {
  const client = createClient({
    url: address.url,
    request_timeout: requestMsMax,
    max_open_connections: openConnectionsMax,
    clickhouse_settings: settings,
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
    ...(address.agent === null ? {} : { http_agent: address.agent }),
  });
  return new HttpSqlClient(client, address);
}

/** The engine's codes for statements that were given up for their time (`TIMEOUT_EXCEEDED`) or memory (`MEMORY_LIMIT_EXCEEDED`). */
const exhaustionCodes: ReadonlySet<string> = new Set(['159', '241']);

class HttpSqlClient implements SqlClient {
  private readonly client: ClickHouseClient;
  private readonly address: EngineAddress;

  constructor(client: ClickHouseClient, address: EngineAddress) {
    this.client = client;
    this.address = address;
  }

  async rows(query: SqlFragment, signal?: AbortSignal): Promise<readonly Row[]> {
    try {
      return await this.attempt(() => this.select(query, signal), signal);
    } catch (error) {
      if (!(error instanceof Problem) || error.problem !== 'engineUnavailable') throw error;
      // A read changes nothing, so it may be asked again of the engine that takes the place of the lost one.
      await this.address.recover();
      return await this.attempt(() => this.select(query, signal), signal);
    }
  }

  async *stream(query: SqlFragment, signal: AbortSignal): AsyncIterable<Row> {
    const { text, parameters } = renderSql(query);
    const result = await this.attempt(
      () =>
        this.client.query({
          query: text,
          query_params: parameters,
          format: 'JSONCompactEachRow',
          abort_signal: signal,
        }),
      signal,
    );
    try {
      for await (const rows of result.stream<Row>()) {
        signal.throwIfAborted();
        for (const row of rows) yield row.json();
      }
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      result.close();
    }
  }

  async *download(query: SqlFragment, format: FileFormat, signal: AbortSignal): AsyncIterable<Uint8Array> {
    const { text, parameters } = renderSql(query);
    const result = await this.attempt(
      () =>
        this.client.exec({
          query: `${text}\nFORMAT ${format}`,
          query_params: parameters,
          abort_signal: signal,
          clickhouse_settings: fileSettings,
        }),
      signal,
    );
    try {
      for await (const piece of result.stream) {
        signal.throwIfAborted();
        if (piece instanceof Uint8Array) yield piece;
      }
    } catch (error) {
      throw this.translate(error, signal);
    } finally {
      result.stream.destroy();
    }
  }

  async command(statement: SqlFragment, signal?: AbortSignal): Promise<void> {
    const { text, parameters } = renderSql(statement);
    await this.attempt(
      () => this.client.command({ query: text, query_params: parameters, ...withSignal(signal) }),
      signal,
    );
  }

  async insert(target: SqlFragment, lines: Iterable<string>): Promise<void> {
    const { text, parameters } = renderSql(target);
    await this.attempt(async () => {
      const { stream } = await this.client.exec({
        query: `${text} FORMAT JSONCompactEachRow`,
        query_params: parameters,
        values: Readable.from(inPieces(lines), { objectMode: false }),
      });
      for await (const _ of stream);
    });
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.address.close();
  }

  private async select(query: SqlFragment, signal?: AbortSignal): Promise<readonly Row[]> {
    const { text, parameters } = renderSql(query);
    const result = await this.client.query({
      query: text,
      query_params: parameters,
      format: 'JSONCompactEachRow',
      ...withSignal(signal),
    });
    return await result.json<Row>();
  }

  private async attempt<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    await this.address.ready();
    try {
      return await work();
    } catch (error) {
      throw this.translate(error, signal);
    }
  }

  /** What a failure means to callers: aborted, too large, refused by the engine (a bug of ours), or no engine. */
  private translate(error: unknown, signal?: AbortSignal): unknown {
    if (signal?.aborted) return signal.reason;
    if (error instanceof Problem) return error;
    if (error instanceof ClickHouseError && exhaustionCodes.has(error.code)) {
      return new Problem('engineExhausted', [], { cause: error });
    }
    if (error instanceof ClickHouseError) {
      return new Error(`the engine refused a statement: ${error.message}`, { cause: error });
    }
    const words = this.address.lastWords();
    const message = `the engine does not answer${words === '' ? '' : `; its last words: ${words}`}`;
    return new Problem('engineUnavailable', [{ message }], { cause: error });
  }
}

function withSignal(signal: AbortSignal | undefined): { abort_signal?: AbortSignal } {
  return signal === undefined ? {} : { abort_signal: signal };
}

/** How much text is sent at a time: large enough that the cost of a write does not matter. */
const pieceCharacters = 256 * 1024;

/** The lines, each with its end, gathered into larger pieces. */
function* inPieces(lines: Iterable<string>): Iterable<Buffer> {
  let piece = '';
  for (const line of lines) {
    piece += `${line}\n`;
    if (piece.length < pieceCharacters) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  if (piece !== '') yield Buffer.from(piece);
}
