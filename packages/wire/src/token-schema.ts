/** Tokens as Adobe IMS gives them: form in, JSON out. */

import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';

const Text = (description: string) => Type.String({ minLength: 1, maxLength: 4_096, description });

/** The form that asks for a token. */
export const TokenForm = Type.Object(
  {
    grant_type: Type.Union([Type.Literal('client_credentials'), Type.Literal('authorization_code')]),
    client_id: Text('The id of the client; also accepted as a query parameter.'),
    client_secret: Text('The secret of the client.'),
    code: Type.Optional(Text('The code of the grant `authorization_code`.')),
    scope: Type.Optional(
      Type.String({ maxLength: 4_096, description: 'Accepted; what a token lets do is registered with its client.' }),
    ),
  },
  {
    title: 'TokenForm',
    examples: [
      { grant_type: 'client_credentials', client_id: 'any', client_secret: 'any', scope: 'openid,AdobeID' },
      { grant_type: 'authorization_code', client_id: 'any', client_secret: 'any', code: 'any' },
    ],
  },
);

/** A token. */
export const TokenResource = Type.Object(
  {
    access_token: Type.String(),
    token_type: Type.Literal('bearer'),
    expires_in: Type.Integer({ description: 'Seconds.' }),
  },
  { title: 'Token', examples: [answerExamples.token] },
);

/** Why there is none. */
export const TokenErrorBody = Type.Object(
  {
    error: Type.String({ description: 'As OAuth 2.0 has it.' }),
    error_description: Type.String(),
  },
  { title: 'TokenError', examples: [{ error: 'invalid_client', error_description: 'the secret is wrong' }] },
);

/** Public keys, as RFC 7517 has them. */
export const KeySetResource = Type.Object(
  {
    keys: Type.Array(
      Type.Record(Type.String(), Type.Unknown(), {
        description: '`kty`, `kid`, `alg`, `use` and the numbers of the key.',
      }),
    ),
  },
  { title: 'KeySet', examples: [answerExamples.keySet] },
);

/** A form that asks for a token, as it is sent. */
export type TokenForm = Type.Static<typeof TokenForm>;
/** A token as it is sent. */
export type TokenResource = Type.Static<typeof TokenResource>;
/** Why there is no token, as it is sent. */
export type TokenErrorBody = Type.Static<typeof TokenErrorBody>;
