/** The shapes of errors. */
import { Type } from 'typebox';

const ProblemEntry = Type.Object({
  code: Type.Union([Type.Integer(), Type.String()]),
  message: Type.String(),
  field: Type.Optional(
    Type.String({ description: 'JSON pointer into the body, or the name of a header or query parameter.' }),
  ),
  position: Type.Optional(
    Type.Object(
      { start: Type.Integer(), end: Type.Integer() },
      { description: 'Where in the text of the field: UTF-16 offsets, the end excluded.' },
    ),
  ),
  expected: Type.Optional(Type.String()),
  suggestion: Type.Optional(Type.String()),
  excerpt: Type.Optional(Type.String({ description: 'The lines of the text with the place underlined.' })),
});

/** The error body of the service. */
export const ProblemBody = Type.Object(
  {
    requestId: Type.String(),
    errors: Type.Record(Type.String(), Type.Array(ProblemEntry)),
    type: Type.String({ description: 'https://ns.adobe.com/aep/errors/<code>, or urn:muster:errors:<code>.' }),
    title: Type.String(),
    status: Type.Integer(),
  },
  {
    title: 'Problem',
    examples: [
      {
        requestId: '6f1d2c7c2f6f4f0e9b1a5b3d7c9e1f20',
        errors: {
          '404': [{ code: 404, message: 'The audience entity ID is not found. Use a valid entity and try again.' }],
        },
        type: 'https://ns.adobe.com/aep/errors/UPAPI-113430-404',
        title: 'The audience entity ID is not found. Use a valid entity and try again.',
        status: 404,
      },
    ],
  },
);

/** The error body of the gateway: what is wrong with headers and tokens. */
export const GatewayErrorBody = Type.Object(
  { error_code: Type.String(), message: Type.String() },
  { title: 'GatewayError', examples: [{ error_code: '403010', message: 'Oauth token is missing.' }] },
);

/** An error of the service as it is sent. */
export type ProblemBody = Type.Static<typeof ProblemBody>;
/** An error of the gateway as it is sent. */
export type GatewayErrorBody = Type.Static<typeof GatewayErrorBody>;
