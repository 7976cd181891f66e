/** The program `muster`. */
import process from 'node:process';
import { createProgram, decideEnding } from './program.ts';

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// An empty setting counts as not set, as it does for the server.
for (const name of ['MUSTER_ORG', 'MUSTER_SANDBOX', 'MUSTER_URL', 'MUSTER_TOKEN', 'MUSTER_API_KEY']) {
  if (process.env[name] === '') delete process.env[name];
}

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  const { exitCode, message } = decideEnding(error);
  if (message !== null) process.stderr.write(`muster: ${message}\n`);
  process.exitCode = exitCode;
}
