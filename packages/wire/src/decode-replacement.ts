/** Bodies that overwrite an audience. */
import { type Audience, Problem } from '@muster/audience';
import { Check } from 'typebox/value';
import { ChangedExternalAudience } from './audience-schema.ts';
import { checkValue } from './check-value.ts';
import { decodeExternalFields, decodePlatform, type NewAudience, typeOf, wrongType } from './decode-audience.ts';

const kindsOfTypes: ReadonlyMap<unknown, Audience['kind']> = new Map([
  ['SegmentDefinition', 'platform'],
  ['ExternalSegment', 'external'],
  ['ExternalAudience', 'external'],
]);

/** The refusal of a change to a field that never changes, in the words of the reference. */
export function immutable(field: string): Problem {
  const name = `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
  const suggestion = 'leave it as it is, or create another audience';
  return new Problem('audienceInvalid', [{ message: `${name} is immutable field.`, field: `/${field}`, suggestion }]);
}

/** The fields an audience is known by: a body may repeat or leave them out. Other fields of the server are ignored. */
function keyOf({ id, externalId, namespace, originName }: Audience): Readonly<Record<string, string>> {
  return { id, audienceId: externalId, namespace, originName };
}

function findImmutable(body: object, stored: Audience): Problem | null {
  const given = new Map<string, unknown>(Object.entries(body));
  for (const [field, value] of Object.entries(keyOf(stored))) {
    const found = given.get(field);
    if (found !== undefined && found !== value) return immutable(field);
  }
  return null;
}

/**
 * What a body makes of an audience, or what is wrong with it.
 *
 * Fields that are left out go back to their default, but for those that an audience is known by and for its state: where
 * it is in its life is not a value that an omission could reset.
 */
export function decodeReplacement(body: unknown, stored: Audience): NewAudience | Problem {
  const type = typeOf(body);
  const kind = type === undefined ? stored.kind : kindsOfTypes.get(type);
  if (kind === undefined) return wrongType();
  if (kind !== stored.kind) return immutable('type');
  const refusal = typeof body === 'object' && body !== null ? findImmutable(body, stored) : null;
  if (refusal !== null) return refusal;
  if (kind === 'platform') return decodePlatform(body, stored.lifecycleState);
  if (!Check(ChangedExternalAudience, body)) {
    return new Problem('invalidBody', checkValue(ChangedExternalAudience, body));
  }
  const { externalId, namespace, originName, lifecycleState } = stored;
  return decodeExternalFields(body, { externalId, namespace, originName }, lifecycleState);
}
