import { type Clock, Problem, type Sandbox, type SandboxName, type Scope } from '@muster/audience';
import type { SandboxStore } from '@muster/store';

/** What creating a sandbox needs. */
interface Dependencies {
  readonly control: { readonly sandboxes: SandboxStore };
  readonly clock: Clock;
}

/** The new sandbox. Throws `sandboxExists` when there is one of that name; of two that come together one gets it. */
export async function createSandbox(
  { control, clock }: Dependencies,
  scope: Scope,
  { name, title }: { readonly name: SandboxName; readonly title: string | null },
): Promise<Sandbox> {
  const made = await control.sandboxes.create({ ...scope, sandbox: name }, clock.now(), title);
  if (made !== null) return made;
  throw new Problem('sandboxExists', [{ message: `there is a sandbox \`${name}\` already`, field: '/name' }]);
}
