/** `muster evaluate`: finds the members of audiences now, or as of another time. */
import process from 'node:process';
import type { MusterClient } from '@muster/client';
import type { JobResource } from '@muster/wire';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { renderTable } from '../output.ts';
import { showProgress } from '../progress.ts';
import { withService } from '../service/connect.ts';
import { findAudience, findNames } from '../service/find-audience.ts';
import { decodeTime, type GlobalOptions, outputFor } from './options.ts';

interface EvaluateOptions extends GlobalOptions {
  readonly asOf?: string;
  readonly all?: boolean;
}

const pollMsMin = 25;
const pollMsMax = 500;

/** Adds the command. */
export function addEvaluateCommand(program: Command): void {
  program
    .command('evaluate')
    .summary('find the members of audiences')
    .description('Runs a segment job and waits for its end.')
    .argument('[audience...]', 'ids or names')
    .option('--all', 'all published audiences')
    .option('--as-of <time>', '`now` of the run, ISO 8601; default: the clock', decodeTime)
    .addHelpText(
      'after',
      '\nExamples:\n  muster evaluate "Germany"\n  muster evaluate --all --as-of 2011-12-10T00:00:00Z --json',
    )
    .action(async (audiences: readonly string[], _options: unknown, command: Command) => {
      await runEvaluation(audiences, command.optsWithGlobals<EvaluateOptions>());
    });
}

async function runEvaluation(texts: readonly string[], options: EvaluateOptions): Promise<void> {
  if ((texts.length === 0) !== (options.all === true)) {
    throw new CliError('wrongUsage', 'name the audiences, or say --all');
  }
  await withService(options, async (client) => {
    const audiences = await Promise.all(texts.map((text) => findAudience(client, text)));
    const ids = options.all === true ? ['*'] : audiences.map(({ id }) => id);
    const job = await waitForEnd(
      client,
      await client.jobs.create(
        ids.map((segmentId) => ({ segmentId })),
        { asOf: options.asOf },
      ),
    );
    // Also of audiences that were not named: all of them, or those that the named ones refer to.
    const names = await findNames(
      client,
      job.segments.map(({ segmentId }) => segmentId),
    );
    await outputFor(options).result(job, renderJob(job, names));
    const reasons = job.errors.map(({ msg }) => msg).join('; ');
    if (job.status !== 'SUCCEEDED') {
      throw new CliError('failed', `the evaluation is ${job.status}${reasons === '' ? '' : `: ${reasons}`}`);
    }
    if (reasons !== '') throw new CliError('failed', `some audiences were not evaluated: ${reasons}`);
  });
}

async function waitForEnd({ jobs }: MusterClient, { id }: JobResource): Promise<JobResource> {
  const progress = showProgress('evaluate', process.stderr);
  const onProgress = ({ muster, status }: JobResource): void => progress.update(muster.progress, status);
  try {
    return await jobs.waitFor(id, { pollMsMin, pollMsMax, onProgress });
  } finally {
    progress.stop();
  }
}

/** The counts of a job, for people. */
export function renderJob(job: JobResource, names: ReadonlyMap<string, string>): string {
  const { segmentedProfileCounter: totals, segmentedProfileByStatusCounter: statuses } = job.metrics;
  // There are no counts of an audience that could not be evaluated.
  const evaluated = job.segments.filter(({ segmentId }) => segmentId in totals);
  const rows = evaluated.map(({ segmentId }) => {
    const { realized = 0, existing = 0, exited = 0 } = statuses[segmentId] ?? {};
    return [names.get(segmentId) ?? segmentId, totals[segmentId] ?? 0, realized, existing, exited];
  });
  return `as of ${job.muster.asOf}\n${renderTable(['audience', 'members', 'entered', 'stayed', 'left'], rows)}`;
}
