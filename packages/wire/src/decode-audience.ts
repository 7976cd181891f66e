/** Bodies that create audiences, as values of the domain. */
import {
  type EvaluationMethods,
  type Expression,
  externalOriginNameDefault,
  type JsonObject,
  type LifecycleState,
  lifecycleStates,
  Problem,
} from '@muster/audience';
import { Check } from 'typebox/value';
import { type ChangedExternalAudience, NewExternalAudience, NewPlatformAudience } from './audience-schema.ts';
import { checkValue } from './check-value.ts';

interface NewAudienceBase {
  readonly name: string;
  readonly description: string | null;
  readonly lifecycleState: LifecycleState;
  readonly labels: readonly string[];
  readonly tags: readonly string[];
  readonly schemaName: string | null;
  readonly ttlInDays: number | null;
}

/** What a client says of a platform audience. */
export interface NewPlatform extends NewAudienceBase {
  readonly kind: 'platform';
  readonly expression: Expression;
  readonly mergePolicyId: string | null;
  readonly evaluation: EvaluationMethods;
  readonly overridePerformanceWarnings: boolean;
  readonly ansibleDataModel: JsonObject | null;
  readonly payloadSchema: string | null;
}

/** What a client says of an external audience. */
export interface NewExternal extends NewAudienceBase {
  readonly kind: 'external';
  readonly externalId: string;
  readonly namespace: string;
  readonly originName: string;
  readonly datasetId: string | null;
  readonly linkedAudienceRef: JsonObject | null;
  readonly audienceMeta: JsonObject | null;
}

/** What a client says of an audience. */
export type NewAudience = NewPlatform | NewExternal;

const audienceTypes = ['SegmentDefinition', 'ExternalSegment', 'ExternalAudience'] as const;

/** The state a body asks for; `unlessGiven` when it says nothing. */
function decodeLifecycleState(text: string | undefined, unlessGiven: LifecycleState): LifecycleState | Problem {
  if (text === undefined) return unlessGiven;
  if (text === 'active') return 'published';
  if (text === 'deleted' || text === 'archived') {
    return new Problem('audienceInvalid', [
      {
        message: 'Cannot set lifecycleState as deleted',
        field: '/lifecycleState',
        suggestion: 'delete the audience instead',
      },
    ]);
  }
  const state = lifecycleStates.find((candidate) => candidate === text);
  return (
    state ??
    new Problem('invalidBody', [
      {
        message: '`lifecycleState` has a wrong value',
        field: '/lifecycleState',
        expected: lifecycleStates.map((known) => `\`${known}\``).join(' or '),
      },
    ])
  );
}

function decodeCommon(
  body: NewPlatformAudience | ChangedExternalAudience,
  lifecycleState: LifecycleState,
): NewAudienceBase {
  return {
    name: body.name,
    description: body.description ?? null,
    lifecycleState,
    labels: body.labels ?? [],
    tags: body.tags ?? [],
    schemaName: body.schema?.name ?? null,
    ttlInDays: body.ttlInDays === undefined ? null : Number(body.ttlInDays),
  };
}

/** An audience that names no method, or none that is on, is evaluated in batches. */
function decodeEvaluation(info: NewPlatformAudience['evaluationInfo']): EvaluationMethods {
  const streaming = info?.continuous?.enabled ?? false;
  const edge = info?.synchronous?.enabled ?? false;
  const batch = info?.batch?.enabled ?? false;
  return { batch: batch || !(streaming || edge), streaming, edge };
}

/** The platform audience in a body that creates or overwrites one. */
export function decodePlatform(body: unknown, stateUnlessGiven: LifecycleState): NewPlatform | Problem {
  if (!Check(NewPlatformAudience, body)) return new Problem('invalidBody', checkValue(NewPlatformAudience, body));
  const lifecycleState = decodeLifecycleState(body.lifecycleState, stateUnlessGiven);
  if (lifecycleState instanceof Problem) return lifecycleState;
  return {
    ...decodeCommon(body, lifecycleState),
    kind: 'platform',
    expression: { type: body.expression.type, format: body.expression.format, value: body.expression.value },
    mergePolicyId: body.mergePolicyId ?? null,
    evaluation: decodeEvaluation(body.evaluationInfo),
    overridePerformanceWarnings: body.overridePerformanceWarnings ?? false,
    ansibleDataModel: body.ansibleDataModel ?? null,
    payloadSchema: body.payloadSchema ?? null,
  };
}

/** What an external audience is known by: given when it is created, and kept. */
export type ExternalKey = Pick<NewExternal, 'externalId' | 'namespace' | 'originName'>;

/** The external audience in a body that has been checked. */
export function decodeExternalFields(
  body: ChangedExternalAudience,
  key: ExternalKey,
  stateUnlessGiven: LifecycleState,
): NewExternal | Problem {
  const lifecycleState = decodeLifecycleState(body.lifecycleState, stateUnlessGiven);
  if (lifecycleState instanceof Problem) return lifecycleState;
  return {
    ...decodeCommon(body, lifecycleState),
    ...key,
    kind: 'external',
    datasetId: body.datasetId ?? null,
    linkedAudienceRef: body.linkedAudienceRef ?? null,
    audienceMeta: body.audienceMeta ?? null,
  };
}

function decodeExternal(body: unknown): NewExternal | Problem {
  if (!Check(NewExternalAudience, body)) return new Problem('invalidBody', checkValue(NewExternalAudience, body));
  const { audienceId: externalId, namespace, originName = externalOriginNameDefault } = body;
  return decodeExternalFields(body, { externalId, namespace, originName }, 'published');
}

/** The `type` of a body, if it is an object that has one. */
export function typeOf(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'type' in body ? body.type : undefined;
}

/**
 * The audience a body describes, or what is wrong with the body.
 *
 * Fields that only the server sets are ignored, so that an object from a response can be sent back. `ExternalAudience`
 * is read as `ExternalSegment`, `active` as `published`, `ttlInDays` also as text.
 */
export function decodeNewAudience(body: unknown): NewAudience | Problem {
  const type = typeOf(body);
  if (type === undefined || type === 'SegmentDefinition') return decodePlatform(body, 'published');
  if (type === 'ExternalSegment' || type === 'ExternalAudience') return decodeExternal(body);
  return wrongType();
}

/** The refusal of a `type` that there is not. */
export function wrongType(): Problem {
  return new Problem('invalidBody', [
    {
      message: '`type` has a wrong value',
      field: '/type',
      expected: audienceTypes.map((known) => `\`${known}\``).join(' or '),
    },
  ]);
}
