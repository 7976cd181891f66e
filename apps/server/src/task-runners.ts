/** The runners of previews, exports and external audiences, over stores that are open. */
import type { Clock, IdSource } from '@muster/audience';
import {
  createTaskRunner,
  evaluatePreview,
  type JobLog,
  re2Engine,
  runExport,
  type TaskRunner,
  type TaskRunnerOptions,
} from '@muster/evaluation';
import type { ControlStore, DataStore } from '@muster/store';
import { type ExportFolder, openExportFolder } from './adapters/export-folder.ts';
import type { ExternalFiles } from './adapters/external-files.ts';
import type { ServerLimits } from './config.ts';
import { endExternalMemberships, makeExternalAudience, readExternalFiles } from './use-cases/external-tasks.ts';

/** What the runners act through. */
export interface TaskRunnersOptions {
  readonly control: ControlStore;
  readonly data: DataStore;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly log: JobLog;
  readonly limits: ServerLimits;
  /** Where the files of exports go. */
  readonly exportsPath: string;
  /** The files of external audiences. */
  readonly files: ExternalFiles;
  /** A task that nobody has refreshed for so long belongs to nobody; 0 when no other process runs tasks. */
  readonly abandonedAfterMs: number;
}

/** The runners, which do nothing before they are started. */
export interface TaskRunners {
  readonly previewRunner: TaskRunner;
  readonly exportRunner: TaskRunner;
  readonly exportFiles: ExportFolder;
  /** Makes external audiences, reads their files, and ends their memberships. */
  readonly externalRunner: TaskRunner;
  /** All of them. */
  readonly all: readonly TaskRunner[];
}

/** Makes the runners. */
export function createTaskRunners(options: TaskRunnersOptions): TaskRunners {
  const { abandonedAfterMs, clock, control, data, limits, log } = options;
  const exportFiles = openExportFolder(options.exportsPath);
  const exporting = { control, data, regex: re2Engine, clock, openDraft: exportFiles.openDraft };
  const { previewExactMsMax: exactMsMax, previewMatchesMax: matchesMax } = limits;
  const previewing = { control, data, regex: re2Engine, exactMsMax, matchesMax };
  const runnerOf = <Request, Outcome>(
    own: Pick<TaskRunnerOptions<Request, Outcome>, 'name' | 'store' | 'run' | 'concurrency' | 'isDue'>,
  ): TaskRunner => createTaskRunner({ ...own, clock, log, abandonedAfterMs });
  const previewRunner = runnerOf({
    name: 'preview',
    store: control.previews,
    concurrency: limits.previewsAtOnceMax,
    run: (scope, preview, run) => evaluatePreview(previewing, scope, preview, run),
  });
  const exportRunner = runnerOf({
    name: 'export job',
    store: control.exports,
    concurrency: limits.exportsAtOnceMax,
    run: (scope, job, run) => runExport(exporting, scope, job, run),
  });
  const external = { control, data, clock, ids: options.ids, files: options.files };
  const externalRunner = together([
    runnerOf({
      name: 'making of an external audience',
      store: control.externalCreations,
      concurrency: 1,
      run: (scope, creation) => makeExternalAudience(external, scope, creation),
    }),
    runnerOf({
      name: 'run of an external audience',
      store: control.externalRuns,
      concurrency: 1,
      run: (scope, reading, run) => readExternalFiles(external, scope, reading, run),
    }),
    runnerOf({
      name: 'end of memberships',
      store: control.externalExpiries,
      concurrency: 1,
      isDue: ({ request }) => request.at <= clock.now(),
      run: (scope, expiry, run) => endExternalMemberships(external, scope, expiry, run),
    }),
  ]);
  return {
    exportFiles,
    previewRunner,
    exportRunner,
    externalRunner,
    all: [previewRunner, exportRunner, externalRunner],
  };
}

/** Several runners as one. */
function together(runners: readonly TaskRunner[]): TaskRunner {
  const each = (call: (runner: TaskRunner) => void): void => {
    for (const runner of runners) call(runner);
  };
  const all = async (call: (runner: TaskRunner) => Promise<void>): Promise<void> => {
    await Promise.all(runners.map(call));
  };
  return {
    start: () => each((runner) => runner.start()),
    wake: () => each((runner) => runner.wake()),
    abort: (id) => each((runner) => runner.abort(id)),
    whenIdle: () => all((runner) => runner.whenIdle()),
    stop: () => all((runner) => runner.stop()),
  };
}
