import type { Sandbox } from '@muster/audience';
import type { SandboxResource } from './shared-schema.ts';

/** A sandbox as every resource carries it. */
export function encodeSandbox(sandbox: Sandbox): SandboxResource {
  return { sandboxId: sandbox.id, sandboxName: sandbox.name, type: sandbox.type, default: sandbox.isDefault };
}
