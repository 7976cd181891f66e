/** A data folder and what is in it, looked at while no server runs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actorId, decodeOrgId, decodeSandboxName, type Scope } from '@muster/audience';
import { type EmbeddedDataStore, openEmbeddedDataStore } from '@muster/store';
import type { Tenant } from '../service/client.ts';
import { ServerProcess } from './server-process.ts';

/** The scope of a tenant. */
export function scopeOf(tenant: Tenant): Scope {
  const org = decodeOrgId(tenant.org);
  const sandbox = decodeSandboxName(tenant.sandbox);
  if (org === null || sandbox === null) throw new Error('the names of the tenant are malformed');
  return { org, sandbox, actor: actorId('tests') };
}

/** A folder with a server on it that can be killed and started again. */
export class CrashSite {
  readonly folder: string;
  server: ServerProcess;

  private constructor(folder: string, server: ServerProcess) {
    this.folder = folder;
    this.server = server;
  }

  static async open(): Promise<CrashSite> {
    const folder = mkdtempSync(join(tmpdir(), 'muster-crash-'));
    return new CrashSite(folder, await ServerProcess.start(folder));
  }

  /** Kills the server and starts another one on the same folder. */
  async crash(): Promise<void> {
    await this.server.kill();
    this.server = await ServerProcess.start(this.folder);
  }

  /** Stops the server and looks into the data plane that it leaves. */
  async inspect<Result>(look: (data: EmbeddedDataStore) => Promise<Result>): Promise<Result> {
    await this.server.stop();
    const data = await openEmbeddedDataStore({ folder: join(this.folder, 'engine') });
    try {
      return await look(data);
    } finally {
      await data.close();
    }
  }

  async close(): Promise<void> {
    await this.server.kill();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}
