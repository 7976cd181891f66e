/**
 * Entry of the engine's process: hosts the embedded engine behind a unix domain socket until its parent goes away.
 *
 * Arguments: data folder, socket path, number of sessions. Sends `ready` to the parent when it listens.
 */
import { rmSync } from 'node:fs';
import { createEngineServer } from './http-server.ts';
import { openSessionPool } from './session-pool.ts';

/** How long running statements may take to end when the process is asked to stop. */
const drainMsMax = 10_000;

function main(): void {
  const [folder, socketPath, sessions] = process.argv.slice(2);
  if (folder === undefined || socketPath === undefined)
    throw new Error('usage: engine-worker.ts FOLDER SOCKET SESSIONS');
  const pool = openSessionPool(folder, Number(sessions ?? '4'));
  const server = createEngineServer(pool);
  rmSync(socketPath, { force: true });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), drainMsMax).unref();
    server.closeIdleConnections();
    server.close(() => {
      pool.close().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  };
  process.on('SIGTERM', stop);
  // Ctrl-C reaches the whole process group; the parent decides when the engine ends.
  process.on('SIGINT', () => undefined);
  process.on('disconnect', stop);
  server.listen(socketPath, () => process.send?.('ready'));
}

main();
