/**
 * Keeps the engine's process alive: starts it, restarts it after a crash, ends it on close.
 *
 * A crash of the engine costs the requests that were running and nothing else; what was acknowledged is on disk.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Problem } from '@muster/audience';

/** How the embedded engine is run. */
export interface EngineOptions {
  /** Where it keeps its data; made when missing. */
  readonly folder: string;
  /** Statements that run at the same time; a member list that is read slowly holds one as long. */
  readonly sessions?: number;
}

/** The engine's process and the way to it. */
export interface EngineProcess {
  readonly socketPath: string;
  /** The process at the moment; null between a crash and the restart. */
  readonly processId: number | null;
  /** Resolves when the engine takes requests. Throws `engineUnavailable` when it does not come up or is closed. */
  ready(): Promise<void>;
  /**
   * As `ready`, after a connection broke: the news that the process ended may come later than the broken connection.
   */
  recover(): Promise<void>;
  /** The last lines the engine wrote to stderr, oldest first. */
  lastWords(): string;
  close(): Promise<void>;
}

const sessionsDefault = 8;
/** Longest path a unix domain socket may have everywhere (macOS: 104 bytes with the end mark). */
const socketPathBytesMax = 100;
const startMsMax = 30_000;
const stopMsMax = 12_000;
/** How much later than its broken connections the end of a process is known at most. */
const exitNewsMsMax = 500;
const restartDelayMsMin = 50;
const restartDelayMsMax = 5_000;
/** A process that lived this long was fine: the next crash is restarted at once. */
const healthyMs = 60_000;
const lastWordsCharactersMax = 4_000;

/** Starts the engine; requests may be made once `ready` resolves. */
export function superviseEngine(options: EngineOptions): EngineProcess {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  return new Supervisor(folder, socketPathFor(folder), options.sessions ?? sessionsDefault);
}

function socketPathFor(folder: string): string {
  const inside = join(folder, 'engine.sock');
  if (Buffer.byteLength(inside) <= socketPathBytesMax) return inside;
  return join(mkdtempSync(join(tmpdir(), 'muster-')), 'engine.sock');
}

class Supervisor implements EngineProcess {
  readonly socketPath: string;
  private readonly folder: string;
  private readonly sessions: number;
  private child: ChildProcess | null = null;
  private started: Promise<void>;
  private words = '';
  private restartDelayMs = restartDelayMsMin;
  private closing = false;

  constructor(folder: string, socketPath: string, sessions: number) {
    this.folder = folder;
    this.socketPath = socketPath;
    this.sessions = sessions;
    this.started = this.start();
  }

  get processId(): number | null {
    return this.child?.pid ?? null;
  }

  lastWords(): string {
    return this.words.trim();
  }

  async ready(): Promise<void> {
    if (this.closing) throw new Problem('engineUnavailable', [{ message: 'the engine is closed' }]);
    try {
      await this.started;
    } catch (error) {
      throw new Problem('engineUnavailable', [{ message: `the engine does not start: ${this.lastWords()}` }], {
        cause: error,
      });
    }
  }

  async recover(): Promise<void> {
    const child = this.child;
    if (child !== null) await Promise.race([once(child, 'exit'), delay(exitNewsMsMax, undefined, { ref: false })]);
    await this.ready();
  }

  async close(): Promise<void> {
    this.closing = true;
    const child = this.child;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    await exited;
    clearTimeout(timer);
  }

  private start(): Promise<void> {
    const child = fork(
      fileURLToPath(new URL('./engine-worker.ts', import.meta.url)),
      [this.folder, this.socketPath, String(this.sessions)],
      {
        execArgv: [],
        // One thread of the pool for each session, one for the spare session, one for files.
        env: { ...process.env, UV_THREADPOOL_SIZE: String(this.sessions + 2), NODE_OPTIONS: '' },
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      },
    );
    this.child = child;
    const startedAt = performance.now();
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.words = (this.words + text).slice(-lastWordsCharactersMax);
    });
    const started = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => child.kill('SIGKILL'), startMsMax);
      child.once('message', () => {
        clearTimeout(timer);
        resolve();
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        clearTimeout(timer);
        reject(new Error(`the engine's process ended with ${signal ?? code}`));
        this.onExit(performance.now() - startedAt);
      });
    });
    // Whoever waits sees the failure; without a waiter it is no unhandled rejection.
    started.catch(() => undefined);
    return started;
  }

  private onExit(livedMs: number): void {
    this.child = null;
    if (this.closing) return;
    if (livedMs > healthyMs) this.restartDelayMs = restartDelayMsMin;
    const delayMs = this.restartDelayMs;
    this.restartDelayMs = Math.min(restartDelayMsMax, delayMs * 2);
    this.started = delay(delayMs).then(() => {
      if (this.closing) throw new Error('the engine is closed');
      return this.start();
    });
    this.started.catch(() => undefined);
  }
}
