/** The service: one that runs already, or one of our own for as long as a command takes. */
import { resolve } from 'node:path';
import process from 'node:process';
import { readServerInfo } from '@muster/store';
import { CliError } from '../cli-error.ts';
import type { Endpoint } from './http.ts';

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
 * speak HTTP, so that a command has one way through.
 */
export async function withService<Result>(
  options: ServiceOptions,
  work: (endpoint: Endpoint) => Promise<Result>,
): Promise<Result> {
  const { org, sandbox, token, apiKey } = options;
  const url = options.url ?? runningServer(dataFolderOf(options));
  if (url !== null) return work({ url: checkedUrl(url), org, sandbox, token, apiKey });
  // Loaded only now: commands that find a server, or need none, start faster without it.
  const { openInProcess } = await import('./open-in-process.ts');
  const service = await openInProcess(dataFolderOf(options));
  try {
    return await work({ url: service.url, org, sandbox, token, apiKey });
  } finally {
    await service.close();
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
