import assert from 'node:assert/strict';
import { test } from 'node:test';
import fastifySwagger from '@fastify/swagger';
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { checkAnswers } from './checked-app.ts';

const Both = Type.Intersect([
  Type.Union([Type.Object({ kind: Type.Literal('a') }), Type.Object({ kind: Type.Literal('b'), of: Type.String() })]),
  Type.Object({ more: Type.Boolean() }),
]);
const Thing = Type.Object({
  id: Type.String(),
  size: Type.Optional(Type.Object({ width: Type.Integer() })),
  both: Type.Optional(Both),
});

/** An application with one documented operation, `GET /things/{id}`, that answers as the test wants. */
async function openApp(answer: (reply: FastifyReply) => FastifyReply): Promise<FastifyInstance> {
  const app = Fastify();
  app.setSerializerCompiler(() => (data) => JSON.stringify(data));
  await app.register(fastifySwagger, { openapi: { openapi: '3.1.0', info: { title: 'things', version: '1' } } });
  const schema = { operationId: 'getThing', response: { 200: Thing, 204: Type.Null() } };
  app.get('/things/:id', { schema }, (_request, reply) => answer(reply.header('x-request-id', '1')));
  app.get('/hidden', { schema: { hide: true } }, (_request, reply) => reply.header('x-request-id', '1').send({}));
  await app.ready();
  return checkAnswers(app);
}

async function check(answer: (reply: FastifyReply) => FastifyReply, expected: RegExp | null, url = '/things/1') {
  const app = await openApp(answer);
  if (expected === null) await app.inject(url);
  else await assert.rejects(async () => app.inject(url), expected);
}

test('an answer as it is documented passes', async () => {
  await check((reply) => reply.send({ id: '1' }), null);
  await check((reply) => reply.send({ id: '1', size: { width: 3 } }), null);
  await check((reply) => reply.send({ id: '1', both: { kind: 'b', of: 'x', more: true } }), null);
  await check((reply) => reply.status(204).send(), null);
});

test('an answer that is not as it is documented fails the test that got it', async () => {
  await check((reply) => reply.send({}), /required property 'id'/);
  await check((reply) => reply.send({ id: 1 }), /must be string/);
  await check((reply) => reply.send({ id: '1', more: 1 }), /"unevaluatedProperty":"more"/);
  await check((reply) => reply.send({ id: '1', size: { width: 3, depth: 1 } }), /"unevaluatedProperty":"depth"/);
  await check(
    (reply) => reply.send({ id: '1', both: { kind: 'a', of: 'x', more: true } }),
    /"unevaluatedProperty":"of"/,
  );
  await check((reply) => reply.status(201).send({ id: '1' }), /getThing does not document this status/);
  await check((reply) => reply.type('text/plain').send('x'), /does not document `text\/plain`/);
  await check((reply) => reply.removeHeader('x-request-id').send({ id: '1' }), /no request id/);
  await check((reply) => reply.send({}), /the description does not have this operation/, '/hidden');
});
