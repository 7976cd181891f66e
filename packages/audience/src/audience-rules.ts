/** What a new audience looks like, given what a client said of it, and which limits its values keep. */
import type {
  EvaluationMethods,
  Expression,
  ExternalAudience,
  JsonObject,
  LifecycleState,
  PlatformAudience,
} from './audience.ts';
import type { ExternalIngestion } from './external-audience.ts';
import type { ActorId, AudienceId, EpochMs, Etag } from './ids.ts';
import { Problem, type ProblemDetail } from './problem.ts';

/** The class of people, also of audiences that name none. */
export const peopleSchemaName = '_xdm.context.profile';
/** The namespace of audiences that are evaluated here. */
export const platformNamespace = 'AEPSegments';
/** The origin of audiences that are evaluated here. */
export const platformOriginName = 'REAL_TIME_CUSTOMER_PROFILE';
/** The origin of external audiences that name none. */
export const externalOriginNameDefault = 'CUSTOM_UPLOAD';
/** The namespace of external audiences that name none. */
export const externalNamespaceDefault = 'CustomerAudienceUpload';
/** Audiences that name no method are evaluated in batches. */
export const evaluationMethodsDefault: EvaluationMethods = { batch: true, streaming: false, edge: false };

/** The greatest sizes of an audience's values. Lengths count UTF-16 code units. */
export const audienceLimits = {
  nameLengthMax: 1_000,
  descriptionLengthMax: 10_000,
  expressionLengthMax: 100_000,
  payloadSchemaLengthMax: 10_000,
  externalIdLengthMax: 512,
  namespaceLengthMax: 256,
  labelsMax: 200,
  labelLengthMax: 256,
  tagsMax: 200,
  tagLengthMax: 256,
  ttlInDaysMin: 1,
  ttlInDaysMax: 36_500,
  /** Of the JSON text of one opaque object: patches could let it grow without end. */
  opaqueLengthMax: 1_000_000,
  /** Streaming and edge audiences built on one whose rule changes: all are decided again in one transaction. */
  immediateDependentsMax: 1_000,
} as const;

/** What every new audience has; absent members get their default. */
interface AudienceDraftBase {
  readonly name: string;
  readonly description?: string | null;
  readonly lifecycleState?: LifecycleState;
  readonly labels?: readonly string[];
  readonly tags?: readonly string[];
  readonly schemaName?: string | null;
  readonly ttlInDays?: number | null;
}

/** A platform audience as a client describes it. */
export interface PlatformAudienceDraft extends AudienceDraftBase {
  readonly expression: Expression;
  /** The default policy of the sandbox when the client names none. */
  readonly mergePolicyId: string;
  readonly evaluation?: EvaluationMethods;
  readonly overridePerformanceWarnings?: boolean;
  readonly ansibleDataModel?: JsonObject | null;
  readonly payloadSchema?: string | null;
  /** From the checked rule. */
  readonly dependencies: readonly AudienceId[];
}

/** An external audience as a client describes it. */
export interface ExternalAudienceDraft extends AudienceDraftBase {
  readonly externalId: string;
  readonly namespace?: string;
  readonly originName?: string;
  readonly datasetId?: string | null;
  readonly linkedAudienceRef?: JsonObject | null;
  readonly audienceMeta?: JsonObject | null;
  readonly ingestion?: ExternalIngestion | null;
}

/** What the service, not the client, says of a new audience. */
export interface AudienceOrigin {
  readonly id: AudienceId;
  readonly actor: ActorId;
  readonly at: EpochMs;
  readonly etag: Etag;
}

/** What both kinds of new audience have in common. */
function startBase(draft: AudienceDraftBase, origin: AudienceOrigin) {
  return {
    id: origin.id,
    name: draft.name,
    description: draft.description ?? null,
    lifecycleState: draft.lifecycleState ?? 'published',
    labels: draft.labels ?? [],
    tags: draft.tags ?? [],
    ttlInDays: draft.ttlInDays ?? null,
    createdBy: origin.actor,
    createdAt: origin.at,
    lastModifiedBy: origin.actor,
    updatedAt: origin.at,
    etag: origin.etag,
    metrics: null,
  } as const;
}

function findTextProblem(field: string, text: string, lengthMax: number, lengthMin = 0): ProblemDetail | null {
  const isFine = text.trim().length >= lengthMin && text.length <= lengthMax;
  if (isFine) return null;
  const message = `\`${field}\` has ${text.length} characters`;
  return { message, field: `/${field}`, expected: `${lengthMin} to ${lengthMax} characters` };
}

function findListProblems(
  field: string,
  texts: readonly string[],
  countMax: number,
  lengthMax: number,
): readonly (ProblemDetail | null)[] {
  const count: ProblemDetail | null =
    texts.length <= countMax
      ? null
      : { message: `\`${field}\` has ${texts.length} entries`, field: `/${field}`, expected: `at most ${countMax}` };
  return [count, ...texts.map((text, index) => findTextProblem(`${field}/${index}`, text, lengthMax, 1))];
}

function findTtlProblem(ttlInDays: number | null): ProblemDetail | null {
  const { ttlInDaysMin, ttlInDaysMax } = audienceLimits;
  if (ttlInDays === null) return null;
  if (Number.isInteger(ttlInDays) && ttlInDays >= ttlInDaysMin && ttlInDays <= ttlInDaysMax) return null;
  return {
    message: `\`ttlInDays\` is ${ttlInDays}`,
    field: '/ttlInDays',
    expected: `a whole number from ${ttlInDaysMin} to ${ttlInDaysMax}`,
  };
}

function findBaseProblems(audience: PlatformAudience | ExternalAudience): readonly (ProblemDetail | null)[] {
  const limits = audienceLimits;
  return [
    findTextProblem('name', audience.name, limits.nameLengthMax, 1),
    findTextProblem('description', audience.description ?? '', limits.descriptionLengthMax),
    ...findListProblems('labels', audience.labels, limits.labelsMax, limits.labelLengthMax),
    ...findListProblems('tags', audience.tags, limits.tagsMax, limits.tagLengthMax),
    findTtlProblem(audience.ttlInDays),
  ];
}

function findExpressionProblems(expression: Expression): readonly (ProblemDetail | null)[] {
  const isPql = expression.type.toLowerCase() === 'pql';
  return [
    isPql
      ? null
      : { message: `unknown expression type \`${expression.type}\``, field: '/expression/type', expected: '`PQL`' },
    findTextProblem('expression/value', expression.value, audienceLimits.expressionLengthMax, 1),
  ];
}

function findOpaqueProblem(field: string, value: JsonObject | null): ProblemDetail | null {
  const { length } = value === null ? '' : JSON.stringify(value);
  if (length <= audienceLimits.opaqueLengthMax) return null;
  const expected = `at most ${audienceLimits.opaqueLengthMax} characters`;
  return { message: `\`${field}\` has ${length} characters of JSON`, field: `/${field}`, expected };
}

/** Null when the values of an audience are inside their limits, otherwise one refusal that names all that are not. */
export function decideAudienceValues(audience: PlatformAudience | ExternalAudience): Problem | null {
  const own =
    audience.kind === 'platform'
      ? [
          ...findExpressionProblems(audience.expression),
          findOpaqueProblem('ansibleDataModel', audience.ansibleDataModel),
          findTextProblem('payloadSchema', audience.payloadSchema ?? '', audienceLimits.payloadSchemaLengthMax),
        ]
      : [
          findTextProblem('audienceId', audience.externalId, audienceLimits.externalIdLengthMax, 1),
          findTextProblem('namespace', audience.namespace, audienceLimits.namespaceLengthMax, 1),
          findOpaqueProblem('linkedAudienceRef', audience.linkedAudienceRef),
          findOpaqueProblem('audienceMeta', audience.audienceMeta),
        ];
  const details = [...findBaseProblems(audience), ...own].filter((detail) => detail !== null);
  return details.length === 0 ? null : new Problem('audienceInvalid', details);
}

/**
 * The platform audience a draft describes, or why it cannot be. Whether its rule may refer to what it refers to is for
 * `decideTransition`.
 */
export function decidePlatformAudience(
  draft: PlatformAudienceDraft,
  origin: AudienceOrigin,
): PlatformAudience | Problem {
  const audience: PlatformAudience = {
    ...startBase(draft, origin),
    kind: 'platform',
    externalId: origin.id,
    namespace: platformNamespace,
    originName: platformOriginName,
    schemaName: draft.schemaName ?? peopleSchemaName,
    expression: draft.expression,
    mergePolicyId: draft.mergePolicyId,
    evaluation: draft.evaluation ?? evaluationMethodsDefault,
    excludeOptOut: true,
    overridePerformanceWarnings: draft.overridePerformanceWarnings ?? false,
    ansibleDataModel: draft.ansibleDataModel ?? null,
    payloadSchema: draft.payloadSchema ?? null,
    dependencies: draft.dependencies,
  };
  return decideAudienceValues(audience) ?? audience;
}

/** The external audience a draft describes, or why it cannot be. */
export function decideExternalAudience(
  draft: ExternalAudienceDraft,
  origin: AudienceOrigin,
): ExternalAudience | Problem {
  const audience: ExternalAudience = {
    ...startBase(draft, origin),
    kind: 'external',
    externalId: draft.externalId,
    namespace: draft.namespace ?? externalNamespaceDefault,
    originName: draft.originName ?? externalOriginNameDefault,
    schemaName: draft.schemaName ?? null,
    datasetId: draft.datasetId ?? null,
    linkedAudienceRef: draft.linkedAudienceRef ?? null,
    audienceMeta: draft.audienceMeta ?? null,
    ingestion: draft.ingestion ?? null,
  };
  return decideAudienceValues(audience) ?? audience;
}
