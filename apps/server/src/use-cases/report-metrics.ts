/** Reports on the sizes of external audiences. */
import { type Audience, type AudienceId, audienceId, type MetricsReport } from '@muster/audience';
import type { NamedReport, ReportOutcome } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control'>;

/**
 * The external id in an id of the reference's composed form: base64url of namespace, `_` and external id, then `_` and
 * the id of the sandbox. Null for other ids.
 */
export function decodeComposedId(id: string, namespace: string, sandboxId: string): string | null {
  const suffix = `_${sandboxId}`;
  if (!id.endsWith(suffix)) return null;
  const text = Buffer.from(id.slice(0, -suffix.length), 'base64url').toString('utf8');
  return text.startsWith(`${namespace}_`) ? text.slice(namespace.length + 1) : null;
}

/** The audience that a report names: by its `audienceId` in the namespace, by its composed id, or by its `id`. */
async function findNamed(
  { control }: Dependencies,
  { scope, sandbox }: Tenant,
  { audienceId: name, namespace }: NamedReport,
): Promise<Audience | null> {
  const composed = decodeComposedId(name, namespace, sandbox.id);
  for (const externalId of composed === null ? [name] : [name, composed]) {
    const query = { sort: [], namespace, externalId };
    const [found] = (await control.audiences.list(scope, query, { offset: 0, limit: 1 })).items;
    if (found !== undefined) return found;
  }
  const found = await control.audiences.find(scope, audienceId(name));
  return found?.namespace === namespace ? found : null;
}

function refusalOf(audience: Audience | null): ReportOutcome['refusal'] {
  if (audience === null) return { status: 404, message: 'Not found.' };
  if (audience.kind === 'external') return null;
  return { status: 400, message: 'The audience is evaluated here: its size is that of its latest evaluation.' };
}

/** Keeps reports, all at once, and says of each how it went, in their order. */
export async function reportMetrics(
  deps: Dependencies,
  tenant: Tenant,
  reports: readonly NamedReport[],
): Promise<readonly ReportOutcome[]> {
  const kept = new Map<AudienceId, MetricsReport>();
  const outcomes: ReportOutcome[] = [];
  for (const named of reports) {
    const audience = await findNamed(deps, tenant, named);
    const refusal = refusalOf(audience);
    // Several reports on one audience are one: the later counts replace the earlier.
    if (audience !== null && refusal === null) kept.set(audience.id, { ...kept.get(audience.id), ...named.report });
    outcomes.push({ audienceId: named.audienceId, namespace: named.namespace, refusal });
  }
  await deps.control.audiences.reportMetrics(tenant.scope, kept);
  return outcomes;
}
