import type { Clock, Sandbox, Scope } from '@muster/audience';
import type { SandboxStore } from '@muster/store';
import { sandboxBusy } from '../http/sandbox-gate.ts';
import { noSandbox } from './remove-sandbox.ts';

/** What renaming a sandbox needs. */
interface Dependencies {
  readonly control: { readonly sandboxes: SandboxStore };
  readonly clock: Clock;
}

/** The sandbox of the scope with another title. Throws `sandboxNotFound`, or `sandboxBusy` while it is being removed. */
export async function renameSandbox({ control, clock }: Dependencies, scope: Scope, title: string): Promise<Sandbox> {
  const renamed = await control.sandboxes.rename(scope, title, clock.now());
  if (renamed !== null) return renamed;
  throw (await control.sandboxes.find(scope, scope.sandbox)) === null ? noSandbox() : sandboxBusy();
}
