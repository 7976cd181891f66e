/** Who is inside a sandbox: requests are kept out of one that is being emptied, and it waits for those inside. */
import { Problem, type Scope } from '@muster/audience';
import type { FastifyReply } from 'fastify';

/** Sandboxes that are known before those with nobody inside are let go. */
const roomsMax = 10_000;

/** The requests of one sandbox in this process. */
interface Room {
  inside: number;
  /** Null until somebody inside wants to be told. */
  closing: AbortController | null;
  /** Told when the last one has left; null while the sandbox is open. */
  onEmpty: (() => void) | null;
}

/** Keeps requests and the removal of their sandbox apart. Sandboxes are named by the `key` of a tenant. */
export interface SandboxGate {
  /** Counts a request until its answer is sent. Throws `sandboxBusy` while the sandbox is closed. */
  admit(key: string, reply: FastifyReply): void;
  /** Aborts when the sandbox of a request that was admitted is closed: for those that could take for ever. */
  closing(key: string): AbortSignal;
  /**
   * Does `work` while no request is inside and none gets in. Throws `sandboxBusy`, and does nothing, when some are still
   * inside after the time that they get.
   */
  whileClosed<Result>(scope: Scope, work: () => Promise<Result>): Promise<Result>;
  /** `listener` is told of each sandbox that was closed and is open again. */
  onReopen(listener: (key: string) => void): void;
}

/** The refusal of a request to a sandbox that is being reset or deleted. */
export function sandboxBusy(): Problem {
  return new Problem('sandboxBusy', [
    {
      message: 'the sandbox is being reset or deleted',
      field: 'x-sandbox-name',
      suggestion: 'try again when that has ended, or use another sandbox',
    },
  ]);
}

/** Tells those inside to end, and resolves when nobody is; rejects when the time is over. */
function drain(room: Room, drainMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(sandboxBusy()), drainMs);
    room.onEmpty = () => {
      clearTimeout(timer);
      resolve();
    };
    room.closing?.abort(sandboxBusy());
    if (room.inside === 0) room.onEmpty();
  });
}

/** A gate for the requests of this process. Requests get `drainMs` to end. */
export function createSandboxGate(drainMs: number): SandboxGate {
  const rooms = new Map<string, Room>();
  const listeners: ((key: string) => void)[] = [];

  function dropEmpty(): void {
    for (const [key, { inside, onEmpty }] of rooms) if (inside === 0 && onEmpty === null) rooms.delete(key);
  }

  function roomOf(key: string): Room {
    const known = rooms.get(key);
    if (known !== undefined) return known;
    if (rooms.size >= roomsMax) dropEmpty();
    const room: Room = { inside: 0, closing: null, onEmpty: null };
    rooms.set(key, room);
    return room;
  }

  function leave(room: Room): void {
    room.inside -= 1;
    if (room.inside > 0) return;
    room.closing = null;
    room.onEmpty?.();
  }

  function open(key: string, room: Room): void {
    room.onEmpty = null;
    room.closing = null;
    for (const listener of listeners) listener(key);
  }

  return {
    admit(key, reply) {
      const room = roomOf(key);
      if (room.onEmpty !== null) throw sandboxBusy();
      room.inside += 1;
      reply.raw.on('close', () => leave(room));
    },
    closing(key) {
      const room = roomOf(key);
      room.closing ??= new AbortController();
      return room.closing.signal;
    },
    async whileClosed({ org, sandbox }, work) {
      const key = `${org}/${sandbox}`;
      const room = roomOf(key);
      try {
        await drain(room, drainMs);
        return await work();
      } finally {
        open(key, room);
      }
    },
    onReopen: (listener) => {
      listeners.push(listener);
    },
  };
}
