/** Announcing a file that another sender may not have let go of yet. */
import { setTimeout as delay } from 'node:timers/promises';
import type { MusterClient, NewImport } from '@muster/client';
import type { ImportResource } from '@muster/wire';

/** How long to wait for the sender before, in milliseconds. */
const otherSenderMsMax = 10_000;
const pollMs = 100;

/**
 * The import of a file, once nobody else is sending it: who stops an import and runs the same command again is faster
 * than the service, which still writes what had come. An import that is `receiving` after ten seconds is given as it
 * is; the service says then why it cannot be sent.
 */
export async function announceImport(client: MusterClient, announcement: NewImport): Promise<ImportResource> {
  const startedAt = performance.now();
  while (true) {
    const announced = await client.imports.create(announcement);
    if (announced.status !== 'receiving' || performance.now() - startedAt > otherSenderMsMax) return announced;
    await delay(pollMs);
  }
}
