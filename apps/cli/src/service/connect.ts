/** The service: one that runs already, or one of our own for as long as a command takes. */
import { resolve } from 'node:path';
import process from 'node:process';
import { createClient, type MusterClient } from '@muster/client';
import { readServerInfo } from '@muster/store';
import { CliError } from '../cli-error.ts';
import { explainFailure } from './explain-failure.ts';
import { sendOverHttp } from './send-over-http.ts';

/** The options that all commands which speak to the service have. */
export interface ServiceOptions {
  readonly org: string;
  readonly sandbox: string;
  readonly url?: string;
  readonly dataDir?: string;
  readonly token: string;
  readonly apiKey: string;
}

/** The data folder that is meant, absolute. */
export function dataFolderOf(options: Pick<ServiceOptions, 'dataDir'>): string {
  return resolve(options.dataDir ?? process.env['MUSTER_DATA_DIR'] ?? '.muster');
}

/**
 * Does `work` with the service: at `--url`, at the server that holds the data folder, or in this process. All three
 * speak HTTP, so that a command has one way through. What the service refuses is a `CliError`.
 */
export async function withService<Result>(
  options: ServiceOptions,
  work: (client: MusterClient) => Promise<Result>,
): Promise<Result> {
  const url = options.url ?? runningServer(dataFolderOf(options));
  if (url !== null) return workAt(checkedUrl(url), options, work);
  // Loaded only now: commands that find a server, or need none, start faster without it.
  const { openInProcess } = await import('./open-in-process.ts');
  const service = await openInProcess(dataFolderOf(options));
  try {
    return await workAt(service.url, options, work);
  } finally {
    await service.close();
  }
}

async function workAt<Result>(
  baseUrl: string,
  { org, sandbox, token, apiKey }: ServiceOptions,
  work: (client: MusterClient) => Promise<Result>,
): Promise<Result> {
  // A person waits and can say it again: a failure is told at once, and nothing takes too long.
  const patience = { timeoutMs: null, retry: { attemptsMax: 1 }, send: sendOverHttp };
  try {
    return await work(createClient({ baseUrl, org, sandbox, token, apiKey, ...patience }));
  } catch (error) {
    throw explainFailure(error, baseUrl);
  }
}

function runningServer(dataDir: string): string | null {
  const info = readServerInfo(dataDir);
  if (info === null) return null;
  if (info.url !== null) return info.url;
  throw new CliError(
    'failed',
    `process ${info.pid} holds the data folder \`${dataDir}\` and does not answer yet; try again`,
  );
}

function checkedUrl(url: string): string {
  if (URL.canParse(url) && /^https?:/.test(url)) return url;
  throw new CliError('wrongUsage', `\`${url}\` is no http or https URL`);
}
