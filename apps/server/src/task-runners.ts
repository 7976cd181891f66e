/** The runners of previews and exports, over stores that are open. */
import type { Clock } from '@muster/audience';
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
import type { ServerLimits } from './config.ts';

/** What the runners act through. */
export interface TaskRunnersOptions {
  readonly control: ControlStore;
  readonly data: DataStore;
  readonly clock: Clock;
  readonly log: JobLog;
  readonly limits: ServerLimits;
  /** Where the files of exports go. */
  readonly exportsPath: string;
  /** A task that nobody has refreshed for so long belongs to nobody; 0 when no other process runs tasks. */
  readonly abandonedAfterMs: number;
}

/** The runners, which do nothing before they are started. */
export interface TaskRunners {
  readonly previewRunner: TaskRunner;
  readonly exportRunner: TaskRunner;
  readonly exportFiles: ExportFolder;
}

/** Makes the runners. */
export function createTaskRunners(options: TaskRunnersOptions): TaskRunners {
  const { abandonedAfterMs, clock, control, data, limits, log } = options;
  const exportFiles = openExportFolder(options.exportsPath);
  const exporting = { control, data, regex: re2Engine, clock, openDraft: exportFiles.openDraft };
  const { previewExactMsMax: exactMsMax, previewMatchesMax: matchesMax } = limits;
  const previewing = { control, data, regex: re2Engine, exactMsMax, matchesMax };
  const runnerOf = <Request, Outcome>(
    own: Pick<TaskRunnerOptions<Request, Outcome>, 'name' | 'store' | 'run' | 'concurrency'>,
  ): TaskRunner => createTaskRunner({ ...own, clock, log, abandonedAfterMs });
  return {
    exportFiles,
    previewRunner: runnerOf({
      name: 'preview',
      store: control.previews,
      concurrency: limits.previewsAtOnceMax,
      run: (scope, preview, run) => evaluatePreview(previewing, scope, preview, run),
    }),
    exportRunner: runnerOf({
      name: 'export job',
      store: control.exports,
      concurrency: limits.exportsAtOnceMax,
      run: (scope, job, run) => runExport(exporting, scope, job, run),
    }),
  };
}
