/** A preview, from a rule to its estimate. */
import { type Preview, type PreviewOutcome, type Scope, sampleShareOf } from '@muster/audience';
import { type BatchScans, type DataLayout, planBatch, type RegexEngine, renderScans } from '@muster/pql';
import { type ControlStore, type DataStore, loadSandboxSchema, type ProgressListener } from '@muster/store';
import { checkAudiences } from './check-audiences.ts';

/** What a preview acts through, and its limits. */
export interface PreviewDependencies {
  readonly control: Pick<ControlStore, 'schemas'>;
  readonly data: Pick<DataStore, 'layout' | 'probe'>;
  readonly regex: RegexEngine;
  /** How long the exact answer may take where a sample would do. */
  readonly exactMsMax: number;
  /** How many of the matches are kept. */
  readonly matchesMax: number;
}

/**
 * Finds who fulfils the rule of a preview, as of its time, in everyone or in a sample. Nothing is stored.
 *
 * Small sandboxes are read whole. In large ones the exact answer gets `exactMsMax`; when it is not there by then, a sample
 * answers. Throws `expressionInvalid` when the rule does not fit the fields any more, and what the data plane throws.
 */
export async function evaluatePreview(
  deps: PreviewDependencies,
  scope: Scope,
  { id, request }: Pick<Preview, 'id' | 'request'>,
  options: { readonly signal: AbortSignal; readonly onProgress: ProgressListener },
): Promise<PreviewOutcome> {
  const schema = await loadSandboxSchema(deps.control, scope);
  const { audiences: checked, problems } = checkAudiences(request.audiences, schema, deps.regex);
  const [problem] = problems.values();
  if (problem !== undefined) throw problem;
  const batch = planBatch(checked, request.asOf);
  const [wanted] = request.audiences;
  // The audiences it refers to are algebra inside its formula; they are not asked for themselves.
  const audiences = batch.audiences.filter(({ audienceId }) => audienceId === wanted.audienceId);
  const plan = (layout: DataLayout): BatchScans => renderScans({ ...batch, audiences }, layout);
  const look = (share: number, signal: AbortSignal): Promise<PreviewOutcome> =>
    deps.data.probe(
      scope,
      { probeId: `${id} ${share}`, share, plan, matchesMax: deps.matchesMax },
      { ...options, signal },
    );
  const share = sampleShareOf((await deps.data.layout(scope)).profileIdMax);
  if (share === 1) return look(1, options.signal);
  const inTime = AbortSignal.timeout(deps.exactMsMax);
  try {
    return await look(1, AbortSignal.any([options.signal, inTime]));
  } catch (error) {
    if (!inTime.aborted || options.signal.aborted) throw error;
    return look(share, options.signal);
  }
}
