/** The profile an expression is evaluated for. */
import { decodeDocument, type ObjectType, type PqlObject, type PqlValue, type Schema } from '@muster/pql';
import { CliError } from '../cli-error.ts';
import type { Output } from '../output.ts';

/**
 * The profile in a JSON document, its events in order of time, then id. Fields that the schema does not have are left
 * out with a message; values that do not fit throw `CliError`.
 */
export function decodeProfile(json: unknown, schema: Schema, output: Pick<Output, 'message'>): PqlObject {
  const events = { type: { kind: 'array', element: schema.event } } as const;
  const type: ObjectType = { ...schema.profile, fields: new Map([...schema.profile.fields, ['xEvent', events]]) };
  const { document, problems, ignored } = decodeDocument(type, json);
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  ${path === '' ? 'the document' : path}: ${message}`);
    throw new CliError('invalidInput', `the profile does not fit its schema:\n${lines.join('\n')}`);
  }
  for (const path of ignored) output.message(`note: \`${path}\` is not in the schema and is left out`);
  const { xEvent } = document;
  return isList(xEvent) ? { ...document, xEvent: xEvent.toSorted(compareEvents) } : document;
}

/** What stands for `@{schema}`, by schema, untyped. Throws `CliError` for anything but a JSON object. */
export function decodeContext(json: unknown): PqlObject {
  const { document, problems } = decodeDocument({ kind: 'object', fields: new Map(), open: true }, json);
  const [problem] = problems;
  if (problem !== undefined) throw new CliError('invalidInput', `the context: ${problem.path} ${problem.message}`);
  return document;
}

/** What a profile's own `segmentMembership` says about the audiences that it is a member of. */
export function memberOfAudience(profile: PqlObject, audienceId: string): boolean {
  const namespaces = Object.entries(profile['segmentMembership'] ?? {});
  return namespaces.some(([namespace, memberships]) => {
    const status = memberOf(memberOf(memberships, audienceId), 'status');
    return namespace.toLowerCase() === 'ups' && (status === 'realized' || status === 'existing');
  });
}

const isList = (value: PqlValue | undefined): value is readonly PqlValue[] => Array.isArray(value);

function compareEvents(a: PqlValue, b: PqlValue): number {
  const byTime = Number(memberOf(a, 'timestamp') ?? 0) - Number(memberOf(b, 'timestamp') ?? 0);
  if (byTime !== 0) return byTime;
  const [first, second] = [String(memberOf(a, '_id') ?? ''), String(memberOf(b, '_id') ?? '')];
  return first < second ? -1 : first > second ? 1 : 0;
}

function memberOf(value: PqlValue, name: string): PqlValue {
  return typeof value === 'object' && value !== null && !isList(value) ? (value[name] ?? null) : null;
}
