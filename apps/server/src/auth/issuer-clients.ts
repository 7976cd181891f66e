/** The file with the clients that may have tokens of this server. */
import { decodeOrgId } from '@muster/audience';
import { checkValue } from '@muster/wire';
import { Type } from 'typebox';
import { Check } from 'typebox/value';
import type { IssuerClient } from './token-issuer.ts';

const ClientsFile = Type.Array(
  Type.Object({
    clientId: Type.String({ pattern: '^[\\x21-\\x7e]{1,256}$' }),
    clientSecretSha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    organisations: Type.Array(Type.String(), { minItems: 1 }),
    roles: Type.Array(Type.String(), { minItems: 1 }),
  }),
  { minItems: 1 },
);

/** What a text of JSON holds, or an error that says it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error('it is not JSON', { cause: error });
  }
}

/** The clients in the text of a file. Throws an error that names everything that is wrong; it repeats no secret. */
export function decodeIssuerClients(text: string): readonly IssuerClient[] {
  const value = parseJson(text);
  if (!Check(ClientsFile, value)) {
    const findings = checkValue(ClientsFile, value);
    const lines = findings.map(({ field, message, expected }) =>
      [`${field}: ${message}`, ...(expected === undefined ? [] : [`expected ${expected}`])].join(', '),
    );
    throw new Error(lines.join('; '));
  }
  const wrong = value.flatMap(({ organisations }) => organisations.filter((org) => decodeOrgId(org) === null));
  if (wrong.length > 0) throw new Error(`\`${wrong.join('`, `')}\` cannot be the id of an organisation`);
  const ids = value.map(({ clientId }) => clientId);
  if (new Set(ids).size < ids.length) throw new Error('a `clientId` is there twice');
  return value;
}
