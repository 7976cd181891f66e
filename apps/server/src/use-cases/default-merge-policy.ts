import { createHash } from 'node:crypto';
import type { Sandbox } from '@muster/audience';

/** The id of a sandbox's default merge policy: a UUID that depends on the sandbox only, so that it never changes. */
export function defaultMergePolicyId(sandbox: Sandbox): string {
  const hex = createHash('sha256').update(`default merge policy of ${sandbox.id}`).digest('hex');
  // Version 8 and the variant of RFC 9562, the digits for them replaced.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
