/** Audiences by id or name. */
import type { AudienceResource } from '@muster/wire';
import { CliError } from '../cli-error.ts';
import { listAudiences } from './api.ts';
import type { Endpoint } from './http.ts';

/** The audience with this id, or else the only one with this name. Throws `CliError` when there is none, or several. */
export async function findAudience(endpoint: Endpoint, text: string): Promise<AudienceResource> {
  const [byId] = await matching(endpoint, 'id', text);
  if (byId !== undefined) return byId;
  const byName = await matching(endpoint, 'name', text);
  const [found] = byName;
  if (found === undefined) throw new CliError('failed', `there is no audience with the id or name \`${text}\``);
  if (byName.length === 1) return found;
  const ids = byName.map(({ id }) => id).join(', ');
  throw new CliError('invalidInput', `several audiences are named \`${text}\`; give one of their ids: ${ids}`);
}

async function matching(endpoint: Endpoint, attribute: string, value: string): Promise<readonly AudienceResource[]> {
  const query = new URLSearchParams({ property: `${attribute}==${value}`, limit: '20' });
  const { children } = await listAudiences(endpoint, query);
  return children;
}

/** What these audiences are called, by id; those that are not listed, such as inactive ones, are left out. */
export async function findNames(endpoint: Endpoint, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const missing = new Set(ids);
  const names = new Map<string, string>();
  for (let page: string | undefined = '0'; page !== undefined && missing.size > 0; ) {
    const { children, _page } = await listAudiences(endpoint, new URLSearchParams({ start: page, limit: '100' }));
    for (const { id, name } of children) if (missing.delete(id)) names.set(id, name);
    page = _page.next;
  }
  return names;
}
