/** Program: a Fastify server with one route: `BARE_METHOD` on `BARE_PATH` gives the text in `BARE_BODY`. */
import process from 'node:process';
import fastify from 'fastify';

const { BARE_BODY: body, BARE_PATH: path, BARE_METHOD: method = 'GET' } = process.env;
if (body === undefined || path === undefined) throw new Error('BARE_BODY and BARE_PATH are not set');

const app = fastify();
app.route({
  method,
  url: path,
  handler: (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').send(body);
  },
});
process.send?.(await app.listen({ host: '127.0.0.1', port: 0 }));
