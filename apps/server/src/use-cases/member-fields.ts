/** The fields of members: which there are, and how their values are written. */
import { Problem, type ProblemDetail } from '@muster/audience';
import { fieldAt, formatIsoTime, isSupportedMoment, type PqlType, type PqlValue, type Schema } from '@muster/pql';

/** A field to show with each member. Its values are of the scalar type, or arrays of them. */
export interface MemberField {
  readonly path: string;
  readonly type: PqlType;
}

/** Kinds that have a column of their own. */
const leafKinds: ReadonlySet<PqlType['kind']> = new Set(['boolean', 'integer', 'number', 'string', 'timestamp']);

/** The scalar type at a path, arrays on the way passed through; null when there is no field. */
function typeAt(schema: Schema, path: string): PqlType | null {
  let type = fieldAt(schema.profile, path.split('.'))?.type ?? null;
  while (type?.kind === 'array') type = type.element;
  return type;
}

/** The fields of the paths. Throws `invalidParameter` naming every path that is no leaf of the profile. */
export function resolveMemberFields(schema: Schema, paths: readonly string[]): readonly MemberField[] {
  const details: ProblemDetail[] = [];
  const fields = paths.flatMap((path): readonly MemberField[] => {
    const type = typeAt(schema, path);
    if (type !== null && leafKinds.has(type.kind)) return [{ path, type }];
    const message = type === null ? `unknown field \`${path}\`` : `field \`${path}\` holds more than one value`;
    details.push({ message, field: 'fields', expected: 'the dotted path of a leaf of the profile' });
    return [];
  });
  if (details.length > 0) throw new Problem('invalidParameter', details);
  return fields;
}

/** A value as JSON: moments as ISO 8601. */
export function encodeFieldValue(value: PqlValue, type: PqlType): unknown {
  if (Array.isArray(value)) return value.map((item: PqlValue) => encodeFieldValue(item, type));
  const isMoment = type.kind === 'timestamp' && typeof value === 'number' && isSupportedMoment(value);
  return isMoment ? formatIsoTime(value) : value;
}
