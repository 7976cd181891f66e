/** `/ims`: tokens for clients that fetch one before they ask, in the form of Adobe IMS. */
import { Problem } from '@muster/audience';
import { decodeTokenForm, KeySetResource, TokenErrorBody, TokenForm, TokenResource } from '@muster/wire';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import type { TokenIssuer, TokenRefusal } from '../../auth/token-issuer.ts';
import type { ServerLimits } from '../../config.ts';

const tags = ['tokens'];
const formType = 'application/x-www-form-urlencoded';
/** A form is a few lines. */
const formBytesMax = 16_384;

const refusals: Readonly<Record<TokenRefusal, string>> = {
  invalid_client: 'the client is not known, or its secret is wrong',
  invalid_grant: 'the code is not one that was given out',
};

/** OAuth's statuses: 401 for who is not who it says, 400 for everything else. */
function sendError(reply: FastifyReply, body: TokenErrorBody): FastifyReply {
  return reply.status(body.error === 'invalid_client' ? 401 : 400).send(body);
}

/** Failures before the form is read, in the form of the other errors here. What is no refusal goes to the server's handler. */
function handleError(error: FastifyError | Problem, _parent: unknown, reply: FastifyReply): FastifyReply {
  const isRefusal = !(error instanceof Problem) && (error.statusCode ?? 500) < 500;
  if (!isRefusal) throw error;
  const description = error.statusCode === 415 ? `the body is not ${formType}` : error.message;
  return reply
    .status(error.statusCode ?? 400)
    .send({ error: 'invalid_request', error_description: description } satisfies TokenErrorBody);
}

function addToken(forms: FastifyInstance, issuer: TokenIssuer, { tokenLifeSeconds }: TokenLimits): void {
  forms.removeAllContentTypeParsers();
  forms.addContentTypeParser(formType, { parseAs: 'string', bodyLimit: formBytesMax }, (_request, text, done) =>
    done(null, text),
  );
  forms.setErrorHandler(handleError);
  for (const version of ['v1', 'v2', 'v3']) {
    const schema = {
      tags,
      security: [],
      operationId: `createToken${version.toUpperCase()}`,
      summary: 'Fetch a token',
      description: 'The versions are alike; `client_id` may also be a parameter of the URL.',
      consumes: [formType],
      body: TokenForm,
      response: {
        200: TokenResource,
        400: TokenErrorBody,
        401: TokenErrorBody,
        413: TokenErrorBody,
        415: TokenErrorBody,
      },
    };
    forms.post(`/ims/token/${version}`, { schema }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const form = typeof request.body === 'string' ? request.body : '';
      const wish = decodeTokenForm(form, request.url.split('?')[1] ?? '');
      if ('error' in wish) return sendError(reply, wish);
      const issued = await issuer.issue(wish);
      if (typeof issued === 'string') return sendError(reply, { error: issued, error_description: refusals[issued] });
      const token: TokenResource = {
        access_token: issued.token,
        token_type: 'bearer',
        expires_in: tokenLifeSeconds,
      };
      return token;
    });
  }
}

type TokenLimits = Pick<ServerLimits, 'tokenLifeSeconds'>;

/** Adds the operations. */
export async function addTokenRoutes(app: FastifyInstance, issuer: TokenIssuer, limits: TokenLimits): Promise<void> {
  const keys = {
    tags,
    security: [],
    operationId: 'listTokenKeys',
    summary: 'The public key that tokens are checked with',
    response: { 200: KeySetResource },
  };
  app.get('/ims/keys', { schema: keys }, async () => issuer.keys);
  await app.register(async (forms) => addToken(forms, issuer, limits));
}
