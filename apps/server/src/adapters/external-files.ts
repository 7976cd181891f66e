/**
 * The files of external audiences, in a local folder that the settings name.
 *
 * A path is inside the folder or it is not found: links are followed before that is decided. Clouds cannot be reached from
 * here; the data landing zone, which is a drop folder, stands for the folder itself.
 */
import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type EpochMs, type ExternalSource, Problem } from '@muster/audience';
import type { AudienceFile } from '@muster/ingestion';

/** Where the files of external audiences come from. */
export interface ExternalFiles {
  /**
   * The files of a source that changed in a span, both ends included, by name. Throws `fileUnreadable` with the reason when
   * there is none, or the source cannot be reached.
   */
  list(source: ExternalSource, from: EpochMs, to: EpochMs | null): Promise<readonly AudienceFile[]>;
}

/** What clients put before paths in the data landing zone. */
const landingZonePrefix = 'dlz-user-container/';
const folderFilesMax = 1_000;

function unreadable(message: string, suggestion?: string): Problem {
  return new Problem('fileUnreadable', [{ message, ...(suggestion === undefined ? {} : { suggestion }) }]);
}

/** The files below `root`; null when there is no such folder, and every source is out of reach. */
export function openExternalFiles(root: string | null): ExternalFiles {
  return {
    async list(source, from, to) {
      const { cloudType, path, type } = source;
      if (cloudType !== null && cloudType !== 'DLZ') {
        throw unreadable(
          `the source \`${cloudType}\` cannot be reached from here`,
          'leave out `cloudType` and put the files in the local folder',
        );
      }
      if (root === null) {
        throw unreadable('no local folder for the files of external audiences is set', 'set `MUSTER_EXTERNAL_DIR`');
      }
      const inside = path.startsWith(landingZonePrefix) ? path.slice(landingZonePrefix.length) : path;
      const found = await findInside(root, inside);
      const paths = type === 'file' ? [found] : await filesOf(found, inside);
      const files = await Promise.all(paths.map(async (file) => ({ file, state: await stat(file) })));
      const fresh = files.filter(
        ({ state }) => state.isFile() && state.mtimeMs >= from && (to === null || state.mtimeMs <= to),
      );
      if (fresh.length === 0) throw unreadable(`there is no file at \`${inside}\` that changed in the span asked for`);
      return fresh.map(({ file }) => ({ name: inside, open: () => createReadStream(file) }));
    },
  };
}

async function findInside(root: string, path: string): Promise<string> {
  try {
    const folder = await realpath(root);
    const found = await realpath(join(folder, path));
    if (found === folder || found.startsWith(`${folder}${sep}`)) return found;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
  throw unreadable(`there is nothing at \`${path}\` in the local folder`);
}

async function filesOf(folder: string, shown: string): Promise<readonly string[]> {
  if (!(await stat(folder)).isDirectory()) throw unreadable(`\`${shown}\` is no folder`);
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && /\.csv(?:\.gz)?$/i.test(entry.name))
    .map(({ name }) => name);
  if (names.length > folderFilesMax) throw unreadable(`\`${shown}\` has more than ${folderFilesMax} files`);
  return names.sort().map((name) => join(folder, name));
}
