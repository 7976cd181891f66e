/** The program `npm start`: reads the settings, serves until it is told to stop. */
import './keep-tick-class.ts';
import process from 'node:process';
import { Problem } from '@muster/audience';
import { StoreOpenError } from '@muster/store';
import { ConfigError, decodeConfig, type ServerConfig } from './config.ts';
import { basePath } from './http/api-schema.ts';
import { type Muster, openMuster } from './open-muster.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined);

/** What the operator can do about an error at start, or null when it is a bug. */
function explain(error: unknown, config: ServerConfig | null): string | null {
  if (error instanceof ConfigError || error instanceof StoreOpenError) return error.message;
  if (error instanceof Problem)
    return [error.definition.title, ...error.details.map((detail) => detail.message)].join(' ');
  const { host, port, dataDir } = config ?? {};
  switch (codeOf(error)) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use by another program: stop it, or choose another port with MUSTER_PORT`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine: choose another with MUSTER_HOST`;
    case 'EACCES':
    case 'EROFS':
      return `there is no permission to use port ${port} or the data folder ${dataDir}: choose others with MUSTER_PORT, MUSTER_DATA_DIR`;
    default:
      return null;
  }
}

function greet(url: string, config: ServerConfig): void {
  const words =
    config.auth.kind === 'dev'
      ? { token: 'any', key: 'any', org: 'DEMO@AdobeOrg' }
      : { token: 'TOKEN', key: 'CLIENT_ID', org: 'ORGANISATION' };
  say(`Muster is ready at ${url}

  API           ${url}${basePath}
  description   ${url}/openapi.json
  data          ${config.dataDir}
  how to go on  README.md, docs/api.md

Try it:

  curl -s ${url}${basePath}/audiences \\
    -H 'Authorization: Bearer ${words.token}' -H 'x-api-key: ${words.key}' \\
    -H 'x-gw-ims-org-id: ${words.org}' -H 'x-sandbox-name: prod'

Stop it with Ctrl-C.`);
}

/** Stops cleanly at the first signal, at once at the second. */
function stopOnSignals(muster: Muster): void {
  let isStopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say(`Muster stops (${signal}); once more to stop at once.`);
    muster.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(
          `muster: could not stop cleanly: ${error instanceof Error ? error.stack : String(error)}\n`,
        );
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
}

async function main(): Promise<void> {
  let config: ServerConfig | null = null;
  let muster: Muster | null = null;
  try {
    config = decodeConfig(process.env);
    muster = await openMuster(config);
    stopOnSignals(muster);
    greet(await muster.listen(), config);
  } catch (error) {
    const explanation = explain(error, config);
    process.stderr.write(`muster: ${explanation ?? (error instanceof Error ? error.stack : String(error))}\n`);
    await muster?.close();
    process.exit(1);
  }
}

await main();
