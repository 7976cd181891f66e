import assert from 'node:assert/strict';
import { actorId, decodeOrgId, decodeSandboxName, type Scope } from '@muster/audience';

/** The scope of requests whose headers are `headersOf` the same organisation and sandbox. */
export function testScope(org = 'TEST@AdobeOrg', sandbox = 'prod'): Scope {
  const [decodedOrg, decodedSandbox] = [decodeOrgId(org), decodeSandboxName(sandbox)];
  assert.ok(decodedOrg !== null && decodedSandbox !== null);
  return { org: decodedOrg, sandbox: decodedSandbox, actor: actorId('someone') };
}
