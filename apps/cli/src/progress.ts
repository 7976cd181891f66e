/** How far something is: a bar on a terminal, a line now and then elsewhere. Always on stderr. */
import type { WriteStream } from 'node:tty';
import { SingleBar } from 'cli-progress';

/** Shows how far something is. */
export interface Progress {
  /** `done` rises from 0 to 1; `text` says what has been done so far. */
  update(done: number, text: string): void;
  stop(): void;
}

/** Lines come at most this often where there is no terminal. */
const lineIntervalMs = 5_000;

/** Progress under the name `label`. */
export function showProgress(label: string, stderr: WriteStream | NodeJS.WritableStream): Progress {
  return 'isTTY' in stderr && stderr.isTTY === true ? showBar(label, stderr) : showLines(label, stderr);
}

function showBar(label: string, stderr: NodeJS.WritableStream): Progress {
  const bar = new SingleBar({
    format: `${label} {bar} {percentage}%  {text}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    stream: stderr,
  });
  bar.start(1_000, 0, { text: '' });
  return {
    update: (done, text) => bar.update(Math.round(done * 1_000), { text }),
    stop: () => bar.stop(),
  };
}

function showLines(label: string, stderr: NodeJS.WritableStream): Progress {
  let next = performance.now() + lineIntervalMs;
  return {
    update(done, text) {
      if (performance.now() < next) return;
      next = performance.now() + lineIntervalMs;
      stderr.write(`${label} ${Math.floor(done * 100)}% ${text}\n`);
    },
    stop: () => undefined,
  };
}
