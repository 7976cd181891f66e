/** Who asks, as a token says, and what the token lets do. */
import type { ActorId, EpochMs, OrgId } from '@muster/audience';

/** What a token lets do in the organisations it is for. */
export type Access = 'none' | 'read' | 'write' | 'admin';

/** A token that is believed. */
export interface Caller {
  readonly actor: ActorId;
  readonly access: Access;
  /** Whether the token is for the organisation. */
  isEntitledTo(org: OrgId): boolean;
  /** From then on the token must be checked again; null for a token that stays as it is. */
  readonly validUntil: EpochMs | null;
}

/** Checks tokens. */
export interface Authenticator {
  /**
   * Who a token stands for. Throws the gateway's `tokenInvalid`, or `keysUnavailable` when the keys to check it with
   * cannot be had.
   */
  authenticate(token: string): Promise<Caller>;
  /** Whether a client id is one that is known; every one is where clients are registered elsewhere. */
  isKnownClient(clientId: string): boolean;
  /** Whether organisations and sandboxes come into being when a request names them. */
  readonly makesSandboxes: boolean;
}
