import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of the repository, whatever folder the program was started in. */
export const repositoryRoot: string = resolve(dirname(fileURLToPath(import.meta.url)), '..');
