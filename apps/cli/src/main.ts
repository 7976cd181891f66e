/** The program `muster`. */
import process from 'node:process';
import { createProgram, decideEnding } from './program.ts';

// A reader that has seen enough, such as `head`, closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  const { exitCode, message } = decideEnding(error);
  if (message !== null) process.stderr.write(`muster: ${message}\n`);
  process.exitCode = exitCode;
}
