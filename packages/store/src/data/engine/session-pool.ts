/**
 * The sessions of the embedded engine: one statement at a time each, in parallel among each other.
 *
 * Each session carries its name in the setting `log_comment`, by which a spare session can end its statement: the engine
 * has no other way to stop a statement that yields nothing for a while. (A comment in the text would not do: the text of
 * statements with parameters is written anew.)
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { drainPending, Session } from 'chdb';

/** Bound parameters and settings of one statement, as they come over HTTP. */
export interface StatementContext {
  /** By name without `param_`; values in the engine's escaped text form. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly settings: ReadonlyMap<string, string>;
}

/** A statement on its way through the engine. */
export interface Lease {
  /** Runs to the end and gives all of the output. */
  execute(text: string, format: string): Promise<Uint8Array>;
  /** Gives the output in pieces. Only `SELECT` can be streamed. */
  stream(text: string, format: string): AsyncIterable<Uint8Array>;
  /**
   * Gives the output of a `SELECT` in pieces of one file. `stream` makes a file of each piece, which is right for formats
   * that are lines and wrong for those with a beginning and an end.
   */
  streamFile(text: string, format: string): AsyncIterable<Uint8Array>;
  /** Ends the running statement, which then rejects. Nothing happens when it has ended already. */
  cancel(): void;
  /** Gives the session back, once. */
  release(): Promise<void>;
}

/** The sessions on one data folder. */
export interface SessionPool {
  /** Waits for a free session and readies it for a statement. */
  acquire(context: StatementContext): Promise<Lease>;
  /** Waits for the running statements and closes the folder. */
  close(): Promise<void>;
}

interface Member {
  readonly name: string;
  readonly session: Session;
  /** Settings the previous statement left behind; reset before the next when it does not want them. */
  settings: ReadonlyMap<string, string>;
}

const settingNamePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** A string literal. These quotes are the one place where values become text: `SET` takes no parameters. */
function quoteLiteral(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** The `SET` that takes a session from `before` to `context`, or null when there is nothing to do. */
export function renderContext(before: ReadonlyMap<string, string>, context: StatementContext): string | null {
  const assignments: string[] = [];
  for (const name of before.keys()) if (!context.settings.has(name)) assignments.push(`${name} = DEFAULT`);
  const wanted = [
    ...[...context.settings].filter(([name, value]) => before.get(name) !== value),
    ...[...context.parameters].map(([name, value]) => [`param_${name}`, value] as const),
  ];
  for (const [name, value] of wanted) {
    if (!settingNamePattern.test(name))
      throw new Error(`Code: 115. DB::Exception: bad setting name. (UNKNOWN_SETTING)`);
    assignments.push(`${name} = ${quoteLiteral(value)}`);
  }
  return assignments.length === 0 ? null : `SET ${assignments.join(', ')}`;
}

/** Opens `size` sessions on `folder`, and a spare one for ending statements. */
export function openSessionPool(folder: string, size: number): SessionPool {
  const members: Member[] = Array.from({ length: size }, (_, index) => openMember(folder, `session ${index}`));
  const results = join(folder, 'results');
  // What an engine that ended in the middle of a result left there.
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results);
  const spare = new Session(folder);
  const free = [...members];
  const waiting: ((member: Member) => void)[] = [];

  const take = (): Promise<Member> => {
    const member = free.pop();
    return member === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(member);
  };
  const give = (member: Member): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(member);
    else next(member);
  };

  return {
    acquire: async (context) => {
      const member = await take();
      try {
        await applyContext(member, context);
      } catch (error) {
        give(member);
        throw error;
      }
      return leaseOf(member, { spare, results, give: () => give(member) });
    },
    close: async () => {
      await drainPending();
      for (const member of members) member.session.close();
      spare.close();
    },
  };
}

async function applyContext(member: Member, context: StatementContext): Promise<void> {
  const set = renderContext(member.settings, context);
  if (set === null) return;
  // A `SET` that fails half-way leaves some settings changed: all names of both sides count as set, so that the next
  // statement resets them.
  member.settings = new Map([...member.settings, ...context.settings].map(([name]) => [name, '\0unknown']));
  await member.session.queryAsync(set);
  member.settings = context.settings;
}

function openMember(folder: string, name: string): Member {
  const session = new Session(folder);
  session.query(`SET log_comment = ${quoteLiteral(name)}`);
  return { name, session, settings: new Map() };
}

/** What leases share. */
interface LeaseSurroundings {
  /** Ends statements of other sessions. */
  readonly spare: Session;
  /** The folder for results that are written to a file first. */
  readonly results: string;
  readonly give: () => void;
}

function leaseOf(member: Member, { spare, results, give }: LeaseSurroundings): Lease {
  let isReleased = false;
  let ending: Promise<unknown> | null = null;
  return {
    execute: async (text, format) => {
      try {
        return (await member.session.queryAsync(text, { format })).bytes();
      } catch (error) {
        await forgetStatement(member.session);
        throw error;
      }
    },
    stream: (text, format) => piecesOf(member.session, text, format),
    streamFile: (text, format) => piecesOfFile(member.session, join(results, randomUUID()), text, format),
    cancel: () => {
      if (isReleased || ending !== null) return;
      const kill = `KILL QUERY WHERE Settings['log_comment'] = ${quoteLiteral(member.name)} ASYNC`;
      ending = spare.queryAsync(kill).catch((error: unknown) => {
        process.stderr.write(`the statement of a client that went away could not be ended: ${String(error)}\n`);
      });
    },
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      // A late end must not hit the next statement of this session.
      await ending;
      give();
    },
  };
}

async function* piecesOf(session: Session, text: string, format: string): AsyncIterable<Uint8Array> {
  let isComplete = false;
  try {
    for await (const chunk of session.queryStream(text, { format })) yield chunk.raw();
    isComplete = true;
  } finally {
    if (!isComplete) await forgetStatement(session);
  }
}

/** Has the engine write a file, and reads it. The file's name is gone as soon as it is open. */
async function* piecesOfFile(session: Session, path: string, text: string, format: string): AsyncIterable<Uint8Array> {
  try {
    await session.queryAsync(`INSERT INTO FUNCTION file(${quoteLiteral(path)}, ${quoteLiteral(format)}) ${text}`);
  } catch (error) {
    rmSync(path, { force: true });
    await forgetStatement(session);
    throw error;
  }
  const file = await open(path);
  await unlink(path);
  // The stream closes the file.
  for await (const piece of file.createReadStream()) yield piece;
}

/**
 * Makes the session let go of a statement that failed or was ended.
 *
 * Until its next statement a session keeps the tables of the last one in use, and dropping them would wait for it.
 */
async function forgetStatement(session: Session): Promise<void> {
  await session.queryAsync('SELECT 1');
}
