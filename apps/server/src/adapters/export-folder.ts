/**
 * The files of exports on disk: a folder for each, named by its id.
 *
 * An export that is being written has a folder beside it whose name ends in `.part`; it takes its name when all files are
 * complete and on disk. INVARIANT: no name in here holds anything that a user wrote.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { TaskId } from '@muster/audience';
import type { ExportDraft } from '@muster/evaluation';

/** Where exports are kept. */
export interface ExportFolder {
  openDraft(id: TaskId): Promise<ExportDraft>;
  /** The content of a file; null when it is not there. */
  read(id: TaskId, name: string): Promise<Readable | null>;
  /** Forgets the files of an export; nothing happens when there are none. */
  remove(id: TaskId): Promise<void>;
  /** Removes what was being written when an earlier process ended. Only when no other process writes here. */
  sweep(): Promise<void>;
}

/** Ids are opaque texts; the folder is named by their digest, which is a name everywhere. */
const folderName = (id: TaskId): string => createHash('sha256').update(id).digest('hex').slice(0, 32);

/** The names that exports give to files. */
const fileNamePattern = /^(?:profiles|events)(?:-\d+)?\.(?:csv|jsonl|parquet)$/;

/** The exports under `folder`, which is made when something is written. */
export function openExportFolder(folder: string): ExportFolder {
  return {
    openDraft: (id) => openDraft(join(folder, folderName(id))),
    async read(id, name) {
      if (!fileNamePattern.test(name)) return null;
      const path = join(folder, folderName(id), name);
      return (await isFile(path)) ? createReadStream(path) : null;
    },
    remove: (id) => rm(join(folder, folderName(id)), { recursive: true, force: true }),
    async sweep() {
      await mkdir(folder, { recursive: true });
      for (const name of await readdir(folder)) {
        if (name.endsWith('.part')) await rm(join(folder, name), { recursive: true, force: true });
      }
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}

async function openDraft(target: string): Promise<ExportDraft> {
  const aside = `${target}.part`;
  await rm(aside, { recursive: true, force: true });
  await mkdir(aside, { recursive: true });
  return {
    write: (name, pieces) => writeFile(join(aside, name), pieces),
    async publish() {
      await rm(target, { recursive: true, force: true });
      await rename(aside, target);
    },
    discard: () => rm(aside, { recursive: true, force: true }),
  };
}

async function writeFile(path: string, pieces: AsyncIterable<Uint8Array>): Promise<number> {
  await using file = await open(path, 'wx');
  let bytes = 0;
  for await (const piece of pieces) {
    await file.writeFile(piece);
    bytes += piece.byteLength;
  }
  await file.sync();
  return bytes;
}
