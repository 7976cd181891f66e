/** Second processes that use a store, for tests of what one process alone cannot show. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import process from 'node:process';
import type { Readable } from 'node:stream';

/** A process that runs `open-store.ts` with these arguments. */
export function startStoreProcess(...parameters: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const program = join(import.meta.dirname, 'open-store.ts');
  return spawn(process.execPath, [program, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The exit code of a process, or the signal that ended it. */
export async function exitOf(child: ChildProcessByStdio<null, Readable, null>): Promise<unknown> {
  const [code, signal]: readonly unknown[] = await once(child, 'exit');
  return code ?? signal;
}

/** The lines a process prints until it has printed `count`; it is killed then, in the middle of its work. */
export async function killAfterLines(
  child: ChildProcessByStdio<null, Readable, null>,
  count: number,
): Promise<readonly string[]> {
  let text = '';
  const exit = exitOf(child);
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (part: string) => {
    text += part;
    if (text.split('\n').length > count) child.kill('SIGKILL');
  });
  await exit;
  // What comes after the last line break was cut off.
  return text.split('\n').slice(0, -1);
}
