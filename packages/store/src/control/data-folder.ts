/**
 * One process at a time in a data folder.
 *
 * The lock is SQLite's own exclusive lock on an empty database file: the operating system gives it back when the process
 * ends, however it ends, so that there are no stale locks. Who holds it is written beside it, for people and for the
 * command line; that file means something only while the lock is held.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { StoreOpenError } from './store-open-error.ts';

// INVARIANT: nothing but SQLite opens the lock file. Closing any other handle on it would drop the lock of this process.
const lockFile = 'lock.db';
const infoFile = 'server.json';

/** How long to wait for one who only looks whether the folder is locked, in milliseconds. */
const probeWaitMs = 500;

/** SQLite's result code for a file that another connection has locked. */
const busyCode = 5;

/** The process that holds a data folder. */
export interface ServerInfo {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** Where it answers HTTP; null before it listens. */
  readonly url: string | null;
}

/** A data folder held by this process. */
export interface DataFolderLock {
  readonly path: string;
  /** Tells other processes where this one answers. */
  publishUrl(url: string): void;
  /** Gives the folder back. Doing so twice is harmless. */
  release(): void;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busyCode;
}

function parseServerInfo(text: string): ServerInfo | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return null;
  if (!('pid' in value) || !('startedAt' in value) || !('url' in value)) return null;
  const { pid, startedAt, url } = value;
  if (typeof pid !== 'number' || typeof startedAt !== 'string') return null;
  return url === null || typeof url === 'string' ? { pid, startedAt, url } : null;
}

/** What the info file says; null when it is not there or cannot be read, which a crash while writing cannot cause. */
function readInfoFile(path: string): ServerInfo | null {
  try {
    return parseServerInfo(readFileSync(join(path, infoFile), 'utf8'));
  } catch (error) {
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isAbsent || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Written aside and moved into place, so that a reader sees all of it or none. */
function writeInfoFile(path: string, info: ServerInfo): void {
  const target = join(path, infoFile);
  const aside = `${target}.${info.pid}`;
  writeFileSync(aside, `${JSON.stringify(info)}\n`);
  renameSync(aside, target);
}

function describeHolder(info: ServerInfo | null): string {
  if (info === null) return 'another process';
  const address = info.url === null ? '' : ` and answers at ${info.url}`;
  return `process ${info.pid}, which runs since ${info.startedAt}${address}`;
}

const useAnother = 'choose another folder with MUSTER_DATA_DIR';

/** What `use` gives; an error that it throws says which folder cannot be used. */
function using<T>(path: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    if (error instanceof StoreOpenError || !(error instanceof Error)) throw error;
    throw new StoreOpenError(`the data folder \`${path}\` cannot be used: ${error.message}: ${useAnother}`, {
      cause: error,
    });
  }
}

function takeLock(path: string): DatabaseSync {
  const database = new DatabaseSync(join(path, lockFile), { timeout: probeWaitMs });
  try {
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if (!isBusy(error)) throw error;
    throw new StoreOpenError(
      `the data folder \`${path}\` is in use by ${describeHolder(readInfoFile(path))}: ` +
        `use that server, stop it first, or ${useAnother}`,
      { cause: error },
    );
  }
}

/**
 * Makes the folder when it is not there and takes it for this process. Throws `StoreOpenError`, which names the process
 * that has it or says why the folder cannot be used.
 */
export function lockDataFolder(path: string): DataFolderLock {
  const info: ServerInfo = { pid: process.pid, startedAt: new Date().toISOString(), url: null };
  const database = using(path, () => {
    mkdirSync(path, { recursive: true });
    return takeLock(path);
  });
  writeInfoFile(path, info);
  let isHeld = true;
  return {
    path,
    publishUrl: (url) => writeInfoFile(path, { ...info, url }),
    release: () => {
      if (!isHeld) return;
      isHeld = false;
      rmSync(join(path, infoFile), { force: true });
      database.close();
    },
  };
}

function isLocked(path: string): boolean {
  const file = join(path, lockFile);
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
  try {
    database.exec('select count(*) from sqlite_schema');
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    database.close();
  }
}

/** The process that holds the folder now; null when none does, also after one was killed. Changes nothing. */
export function readServerInfo(path: string): ServerInfo | null {
  return isLocked(path) ? readInfoFile(path) : null;
}
