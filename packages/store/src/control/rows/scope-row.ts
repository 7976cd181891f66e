import { type ActorId, decodeOrgId, decodeSandboxName, type Scope } from '@muster/audience';
import { textOf } from './row.ts';

/** The tenant of a row, and `actor`, in whose name something is done with it. */
export function decodeScope(row: unknown, actor: ActorId): Scope {
  const org = decodeOrgId(textOf(row, 'org'));
  const sandbox = decodeSandboxName(textOf(row, 'sandbox'));
  if (org === null || sandbox === null) throw new Error('stored organisation or sandbox is malformed');
  return { org, sandbox, actor };
}
