/** `bulk-get`: several audiences by id, each found or not. */
import { type AudienceId, audienceId, Problem } from '@muster/audience';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import { AudienceResource } from './audience-schema.ts';
import { checkValue } from './check-value.ts';
import { wireLimits } from './limits.ts';
import { resourceExamples } from './resource-examples.ts';

const Id = Type.String({ maxLength: wireLimits.idLengthMax });
const Ids = Type.Array(Type.Union([Id, Type.Object({ id: Id })]), {
  description: `1 to ${wireLimits.bulkIdsMax} ids, as \`{"id": …}\` or as text.`,
});

/** The body of `bulk-get`. The ids may also be the body itself. */
export const BulkGetBody = Type.Union([Type.Object({ ids: Ids }), Ids], {
  title: 'BulkGet',
  examples: [{ ids: [{ id: '0a4ad5a8-2f0c-4f4f-9b4b-2f5f1c1f0f6d' }] }],
});

/** What stands for an audience that is not there. */
export const BulkMissing = Type.Object(
  {
    requestId: Type.String(),
    errors: Type.Record(Type.String(), Type.Array(Type.Object({ code: Type.Integer(), message: Type.String() }))),
  },
  { title: 'BulkMissing' },
);
type BulkMissing = Type.Static<typeof BulkMissing>;

/** What an audience has in this answer only. */
const onlyInBulk = {
  saveSegmentMembership: Type.Boolean({ description: 'Whether members are stored; always so.' }),
  state: Type.Optional(Type.Literal('enabled')),
  ansibleUiEnabled: Type.Optional(Type.Boolean()),
};

/** An audience in the answer. */
export const BulkAudience = Type.Intersect([AudienceResource, Type.Object(onlyInBulk)], { title: 'BulkAudience' });

/** The answer of `bulk-get`: audiences by the ids that were asked for, in their order. */
export const BulkGetResource = Type.Object(
  { results: Type.Record(Type.String(), Type.Union([BulkAudience, BulkMissing])) },
  { title: 'BulkGetResult', examples: [resourceExamples.audienceBulk] },
);
/** The answer of `bulk-get` as it is sent. */
export type BulkGetResource = Type.Static<typeof BulkGetResource>;

function idsIn(body: unknown): unknown {
  return typeof body === 'object' && body !== null && 'ids' in body ? body.ids : body;
}

/** The ids that a body asks for, each once, or what is wrong with it. */
export function decodeBulkIds(body: unknown): readonly string[] | Problem {
  const ids = idsIn(body);
  if (!Check(Ids, ids)) {
    const isList = Array.isArray(ids);
    const suggestion = 'write `{"ids": [{"id": "…"}]}`';
    const missing = { message: '`ids` is missing', field: '/ids', expected: 'a list of ids', suggestion };
    return new Problem('invalidBody', isList ? checkValue(Ids, ids) : [missing]);
  }
  if (ids.length === 0 || ids.length > wireLimits.bulkIdsMax) return new Problem('bulkSizeInvalid');
  return [...new Set(ids.map((item) => (typeof item === 'string' ? item : item.id)))];
}

/** The audiences that a body asks for, each once, or what is wrong with it. */
export function decodeBulkGet(body: unknown): readonly AudienceId[] | Problem {
  const ids = decodeBulkIds(body);
  return ids instanceof Problem ? ids : ids.map(audienceId);
}

/** The answer of a look-up of several: what was found by the ids that were asked for, and an error for what was not. */
export function encodeBulkResults<Resource extends { readonly id: string }>(
  ids: readonly string[],
  found: readonly Resource[],
  requestId: string,
): { results: { [id: string]: Resource | BulkMissing } } {
  const byId = new Map(found.map((resource) => [resource.id, resource]));
  const missing = { requestId, errors: { '404': [{ code: 404, message: 'Not found.' }] } };
  return { results: Object.fromEntries(ids.map((id) => [id, byId.get(id) ?? missing])) };
}

/** The audience with what only this answer has, as the reference shows it. */
function encodeItem(resource: AudienceResource): Type.Static<typeof BulkAudience> {
  return resource.type === 'SegmentDefinition'
    ? { ...resource, state: 'enabled', ansibleUiEnabled: false, saveSegmentMembership: true }
    : { ...resource, saveSegmentMembership: true };
}

/** The answer for `ids`: what was found, and an error for what was not. */
export function encodeBulkGet(
  ids: readonly AudienceId[],
  found: readonly AudienceResource[],
  requestId: string,
): BulkGetResource {
  return encodeBulkResults(ids, found.map(encodeItem), requestId);
}
