/** Audiences by id or name. */
import type { MusterClient } from '@muster/client';
import type { AudienceResource } from '@muster/wire';
import { CliError } from '../cli-error.ts';

/** The audience with this id, or else the only one with this name. Throws `CliError` when there is none, or several. */
export async function findAudience(client: MusterClient, text: string): Promise<AudienceResource> {
  const [byId] = await matching(client, 'id', text);
  if (byId !== undefined) return byId;
  const byName = await matching(client, 'name', text);
  const [found] = byName;
  if (found === undefined) throw new CliError('failed', `there is no audience with the id or name \`${text}\``);
  if (byName.length === 1) return found;
  const ids = byName.map(({ id }) => id).join(', ');
  throw new CliError('invalidInput', `several audiences are named \`${text}\`; give one of their ids: ${ids}`);
}

async function matching(client: MusterClient, attribute: string, value: string): Promise<readonly AudienceResource[]> {
  const { children } = await client.audiences.list({ property: [`${attribute}==${value}`], limit: 20 });
  return children;
}

/** What these audiences are called, by id; those that are not listed, such as inactive ones, are left out. */
export async function findNames(client: MusterClient, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const missing = new Set(ids);
  const names = new Map<string, string>();
  if (missing.size === 0) return names;
  for await (const { id, name } of client.audiences.iterate()) {
    if (missing.delete(id)) names.set(id, name);
    if (missing.size === 0) break;
  }
  return names;
}
