/** Imports: announced, then sent, and sent again after an interruption. */
import { type ImportId, type ImportRun, type ImportStatus, importId, Problem, type Scope } from '@muster/audience';
import type { NewImport } from '@muster/wire';
import type { UseCaseDependencies } from './ports.ts';

const noCounts = { rows: 0, profiles: 0, events: 0, skipped: 0, rejected: 0 };

/**
 * The import of a file: the one that this fingerprint had before, unless that failed, or a new one that waits for its
 * content. Throws `mappingInvalid`.
 */
export async function announceImport(
  deps: Pick<UseCaseDependencies, 'control' | 'clock' | 'ids' | 'checkMapping'>,
  scope: Scope,
  wanted: NewImport,
): Promise<ImportRun> {
  const refusal = wanted.mapping === null ? null : deps.checkMapping(wanted.mapping, wanted.kind);
  if (refusal !== null) {
    const details = refusal.details.map((detail) => ({ ...detail, field: `/mapping${detail.field ?? ''}` }));
    throw new Problem(refusal.problem, details, { cause: refusal });
  }
  const earlier = await deps.control.imports.findByFingerprint(scope, wanted.fingerprint);
  if (earlier !== null && earlier.status !== 'failed' && earlier.kind === wanted.kind) return earlier;
  const now = deps.clock.now();
  const run: ImportRun = {
    ...wanted,
    id: importId(deps.ids.uuid()),
    status: 'interrupted',
    counts: noCounts,
    committedRows: 0,
    problems: [],
    error: null,
    createdBy: scope.actor,
    createdAt: now,
    updatedAt: now,
  };
  await deps.control.imports.create(scope, run);
  return run;
}

/** An import of the scope. Throws `importNotFound`. */
export async function findImport(
  { control }: Pick<UseCaseDependencies, 'control'>,
  scope: Scope,
  id: ImportId,
): Promise<ImportRun> {
  const run = await control.imports.find(scope, id);
  if (run === null) throw new Problem('importNotFound');
  return run;
}

/** Takes the content of imports, one sender for each. */
export interface ContentReceiver {
  /** Throws `importNotFound`, or `importConflict` when the import has ended or someone else is sending. */
  receive(scope: Scope, id: ImportId, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<ImportRun>;
}

/** What a sender can do that is refused. */
const wayOut: Readonly<Record<ImportStatus, string>> = {
  receiving: 'wait until the other sender has ended; what it leaves open can be sent again',
  succeeded: 'its content is here already; a file with another `fingerprint` is another import',
  failed: 'announce the file again with `POST /imports`',
  interrupted: 'send the file again',
};

const conflict = (status: ImportStatus): Problem =>
  new Problem('importConflict', [{ message: `the import is \`${status}\``, suggestion: wayOut[status] }]);

/** A receiver for one process; the sender of an import that another process receives is refused by its status. */
export function createContentReceiver(deps: Pick<UseCaseDependencies, 'control' | 'receiveImport'>): ContentReceiver {
  const receiving = new Set<ImportId>();
  return {
    async receive(scope, id, bytes, signal) {
      if (receiving.has(id)) throw conflict('receiving');
      receiving.add(id);
      try {
        const run = await findImport(deps, scope, id);
        if (run.status !== 'interrupted') throw conflict(run.status);
        return await deps.receiveImport(scope, run, bytes, signal);
      } finally {
        receiving.delete(id);
      }
    },
  };
}
