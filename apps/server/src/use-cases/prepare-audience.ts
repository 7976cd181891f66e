/** What a client says of an audience, checked and completed to the audience that is stored. */
import { type Audience, decideAudienceValues, Problem } from '@muster/audience';
import { type NewAudience, type NewExternal, type NewPlatform, profileClass } from '@muster/wire';
import type { Tenant } from '../http/tenancy.ts';
import { checkRule } from './check-rule.ts';
import { chooseEvaluation } from './choose-evaluation.ts';
import { defaultMergePolicyId } from './default-merge-policy.ts';
import type { UseCaseDependencies } from './ports.ts';
import type { ServerFields } from './server-fields.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'analyzeRule' | 'loadSchema'>;

/** What the audience to store has besides what is wanted of it. */
interface Surroundings {
  readonly fields: ServerFields;
  /** The audience it takes the place of. */
  readonly before: Audience | null;
}

async function preparePlatform(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewPlatform,
  { fields, before }: Surroundings,
): Promise<Audience> {
  const schemaName = wanted.schemaName ?? profileClass;
  if (schemaName !== profileClass) {
    throw new Problem('audienceInvalid', [
      {
        message: `Audiences of class \`${schemaName}\` are not evaluated here.`,
        field: '/schema/name',
        expected: `\`${profileClass}\``,
      },
    ]);
  }
  const rule = await checkRule(deps, tenant.scope, wanted);
  const evaluation = await chooseEvaluation(deps, tenant.scope, rule, {
    wanted: wanted.evaluation,
    before: before?.kind === 'platform' ? before.evaluation : null,
  });
  return {
    ...wanted,
    ...fields,
    externalId: fields.id,
    namespace: 'AEPSegments',
    originName: 'REAL_TIME_CUSTOMER_PROFILE',
    schemaName,
    evaluation,
    mergePolicyId: wanted.mergePolicyId ?? defaultMergePolicyId(tenant.sandbox),
    excludeOptOut: true,
    dependencies: rule.dependencies,
    metrics: before?.kind === 'platform' ? before.metrics : null,
  };
}

function prepareExternal(wanted: NewExternal, { fields, before }: Surroundings): Audience {
  const { metrics, ingestion } = before?.kind === 'external' ? before : { metrics: null, ingestion: null };
  return { ...wanted, ...fields, metrics, ingestion };
}

/**
 * The audience to store for what a client wants, in place of `before` where there is one. Throws `expressionInvalid`
 * with every error of its rule, and `audienceInvalid` for values, methods of evaluation and classes that cannot be.
 */
export async function prepareAudience(
  deps: Dependencies,
  tenant: Tenant,
  wanted: NewAudience,
  around: Surroundings,
): Promise<Audience> {
  const audience =
    wanted.kind === 'platform' ? await preparePlatform(deps, tenant, wanted, around) : prepareExternal(wanted, around);
  const refusal = decideAudienceValues(audience);
  if (refusal !== null) throw refusal;
  return audience;
}
