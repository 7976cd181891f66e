/** The places of the form that asks the map of memberships: `segmentMembership.get("ups").get("audience id").status`. */
import { membershipMap } from '../check/check-memberships.ts';
import type { Ast } from '../syntax/ast.ts';

/** What the key of a `get` is in the form, by the receiver of that `get`; null elsewhere. */
export function membershipKey(receiver: Ast): 'namespace' | 'audience' | null {
  if (isMap(receiver)) return 'namespace';
  const isEntry = receiver.kind === 'call' && receiver.name.text === 'get' && receiver.receiver !== null;
  return isEntry && receiver.receiver !== null && isMap(receiver.receiver) ? 'audience' : null;
}

function isMap(node: Ast): boolean {
  if (node.kind === 'name') return node.name === membershipMap;
  return node.kind === 'member' && node.member.text === membershipMap;
}
