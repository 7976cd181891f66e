/** Turns what a schema finds wrong in a JSON value into details that name the place, the expectation and the way out. */
import type { ProblemDetail } from '@muster/audience';
import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Errors } from 'typebox/value';

/** At most this many findings are reported for one request. */
export const findingsMax = 20;

/** The last name of a JSON pointer, or `the body` for the whole document. */
function nameOf(pointer: string): string {
  if (pointer === '') return 'the body';
  const last = pointer.slice(pointer.lastIndexOf('/') + 1);
  return `\`${last.replaceAll('~1', '/').replaceAll('~0', '~')}\``;
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1');
const quoteAll = (values: readonly unknown[]): string => values.map((value) => `\`${String(value)}\``).join(', ');

/** What the failed keyword wanted, in words. */
function expectationOf(error: TLocalizedValidationError): string {
  switch (error.keyword) {
    case 'type':
      return Array.isArray(error.params.type) ? error.params.type.join(' or ') : error.params.type;
    case 'const':
      return quoteAll([error.params.allowedValue]);
    case 'enum':
      return `one of ${quoteAll(error.params.allowedValues)}`;
    case 'minLength':
      return `at least ${error.params.limit} character${error.params.limit === 1 ? '' : 's'}`;
    case 'maxLength':
      return `at most ${error.params.limit} characters`;
    case 'minItems':
      return `at least ${error.params.limit} item${error.params.limit === 1 ? '' : 's'}`;
    case 'maxItems':
      return `at most ${error.params.limit} items`;
    case 'minimum':
    case 'maximum':
      return `a number ${error.params.comparison} ${error.params.limit}`;
    case 'pattern':
      return `text of the form \`${String(error.params.pattern)}\``;
    default:
      return error.message.replace(/^must /, '');
  }
}

/** The schema path of the outermost union a finding is about, or null. Unions of constants report their members only. */
function unionOf(error: TLocalizedValidationError): string | null {
  const at = error.schemaPath.indexOf('/anyOf/');
  if (at >= 0) return error.schemaPath.slice(0, at);
  return error.keyword === 'anyOf' ? error.schemaPath : null;
}

/** The findings about a union are one: that the value is none of its members. */
function unionDetail(findings: readonly TLocalizedValidationError[]): ProblemDetail {
  const pointer = findings.map((error) => error.instancePath).reduce((a, b) => (a.length <= b.length ? a : b));
  const direct = findings.filter((error) => error.instancePath === pointer && error.keyword !== 'anyOf');
  return {
    message: `${nameOf(pointer)} has a wrong value`,
    field: pointer,
    expected: [...new Set(direct.map(expectationOf))].join(' or '),
  };
}

function detailsOf(error: TLocalizedValidationError): readonly ProblemDetail[] {
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((name) => ({
      message: `\`${name}\` is missing`,
      field: `${error.instancePath}/${escapePointer(name)}`,
      suggestion: `add \`${name}\``,
    }));
  }
  const problem = error.keyword === 'type' ? 'has the wrong type' : 'has a wrong value';
  return [
    {
      message: `${nameOf(error.instancePath)} ${problem}`,
      field: error.instancePath,
      expected: expectationOf(error),
    },
  ];
}

/**
 * What keeps `value` from fitting `schema`, in the schema's order; empty when it fits.
 *
 * A union that nothing fits gives one detail, not one for each of its members.
 */
export function checkValue(schema: TSchema, value: unknown): readonly ProblemDetail[] {
  const groups = new Map<string, TLocalizedValidationError[]>();
  for (const [index, error] of Errors(schema, value).entries()) {
    const key = unionOf(error) ?? String(index);
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  return [...groups.values()]
    .flatMap((group) =>
      group.some((error) => unionOf(error) !== null) ? [unionDetail(group)] : group.flatMap(detailsOf),
    )
    .slice(0, findingsMax);
}
