import type { EpochMs, SandboxName } from './ids.ts';

/** An isolated copy of everything, inside an organisation. */
export interface Sandbox {
  /** The id on the wire; also names the sandbox's database in the data plane. */
  readonly id: string;
  readonly name: SandboxName;
  readonly type: 'production' | 'development';
  readonly isDefault: boolean;
  readonly createdAt: EpochMs;
}
