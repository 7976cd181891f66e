/** The server program as a process that tests may kill at any moment. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { eventually, type Send, ServiceClient, type Tenant } from '../service/client.ts';

const program = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));

/** A running server. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #said = '';
  #url = '';

  private constructor(folder: string) {
    const env = {
      PATH: process.env['PATH'] ?? '',
      MUSTER_DATA_DIR: folder,
      MUSTER_PORT: '0',
      MUSTER_LOG_LEVEL: 'warn',
    };
    this.#child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said += text;
      });
    }
  }

  /** Starts the program on a data folder. Resolves when it serves; throws what it said when it does not. */
  static async start(folder: string): Promise<ServerProcess> {
    const server = new ServerProcess(folder);
    server.#url = await eventually('server', async () => {
      if (server.hasEnded()) throw new Error(`the server ended: ${server.#said}`);
      return /ready at (http:\S+)/.exec(server.#said)?.[1] ?? null;
    });
    return server;
  }

  /** All it wrote, for messages. */
  get said(): string {
    return this.#said;
  }

  hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Where it answers. */
  get url(): string {
    return this.#url;
  }

  client(tenant: Tenant): ServiceClient {
    const send: Send = async ({ method, url, headers, body }) => {
      const answer = await fetch(`${this.#url}${url}`, { method, headers, ...(body === undefined ? {} : { body }) });
      return { status: answer.status, text: await answer.text() };
    };
    return new ServiceClient(send, tenant);
  }

  /** The server is gone without a chance to do anything. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** The server is told to end, and has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.#ended;
  }

  /** Kills the process of the engine, if there is one at the moment, and says whether there was. */
  killEngine(): boolean {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' }).split('\n');
    for (const line of lines) {
      const [pid, parent, ...words] = line.trim().split(/\s+/);
      if (parent !== String(this.#child.pid) || !words.some((word) => word.endsWith('engine-worker.ts'))) continue;
      process.kill(Number(pid), 'SIGKILL');
      return true;
    }
    return false;
  }
}
