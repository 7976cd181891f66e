import type { ActorId, OrgId, SandboxName } from './ids.ts';

/**
 * On whose behalf something is done. Every store call takes one, so that a query without a tenant does not compile.
 */
export interface Scope {
  readonly org: OrgId;
  readonly sandbox: SandboxName;
  readonly actor: ActorId;
}
