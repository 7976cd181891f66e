import type { ActorId, EpochMs, SandboxName } from './ids.ts';

/** Whether a sandbox can be used, or is about to be emptied (`resetting`) or to be gone (`deleting`). */
export type SandboxState = 'active' | 'resetting' | 'deleting';

/** An isolated copy of everything, inside an organisation. */
export interface Sandbox {
  /** The id on the wire; also names the sandbox's database in the data plane. */
  readonly id: string;
  readonly name: SandboxName;
  /** What people call it; null where nobody gave a title. */
  readonly title: string | null;
  readonly type: 'production' | 'development';
  readonly isDefault: boolean;
  readonly state: SandboxState;
  readonly createdAt: EpochMs;
  /** 1 for a new one, and one more with each change of its title. */
  readonly version: number;
  /** The latest change of its title; null before the first. */
  readonly change: { readonly by: ActorId; readonly at: EpochMs } | null;
}
