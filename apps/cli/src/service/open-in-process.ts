/** The service inside this process, on a port of its own that only this machine can reach. */
import process from 'node:process';
import { Problem } from '@muster/audience';
import { ConfigError, decodeConfig, type Muster, openMuster, type ServerConfig } from '@muster/server';
import { StoreOpenError } from '@muster/store';
import { CliError } from '../cli-error.ts';

/** A service that is there until it is closed. */
export interface OwnService {
  readonly url: string;
  close(): Promise<void>;
}

/** Opens the data folder and serves it. A signal closes it, then ends the process. Throws `CliError` when it cannot. */
export async function openInProcess(dataDir: string): Promise<OwnService> {
  const muster = await open(settingsFor(dataDir));
  const stop = (signal: NodeJS.Signals): void => {
    muster.close().finally(() => process.kill(process.pid, signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  return {
    url: await muster.listen(),
    async close() {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
      await muster.close();
    },
  };
}

function settingsFor(dataDir: string): ServerConfig {
  try {
    return decodeConfig({
      ...process.env,
      MUSTER_DATA_DIR: dataDir,
      // Who can open the folder needs no token for it.
      MUSTER_AUTH: 'dev',
      MUSTER_HOST: '127.0.0.1',
      MUSTER_PORT: '0',
      // Stderr is for messages and progress to people.
      MUSTER_LOG_LEVEL: 'silent',
    });
  } catch (error) {
    if (error instanceof ConfigError) throw new CliError('wrongUsage', error.message, { cause: error });
    throw error;
  }
}

async function open(config: ServerConfig): Promise<Muster> {
  try {
    return await openMuster(config);
  } catch (error) {
    if (error instanceof StoreOpenError) throw new CliError('failed', error.message, { cause: error });
    if (error instanceof Problem) throw new CliError('failed', error.message, { cause: error });
    throw error;
  }
}
