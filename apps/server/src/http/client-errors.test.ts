import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { ProblemBody } from '@muster/wire';
import { Parse } from 'typebox/value';
import { openTestServer } from '../testing/fixture.ts';

/** What the server answers to these bytes, until it closes the connection. */
async function answerTo(address: AddressInfo, bytes: string): Promise<string> {
  const socket = connect(address.port, address.address);
  await once(socket, 'connect');
  socket.write(bytes, 'latin1');
  return text(socket);
}

test('bytes that are no request get the error form of the API, and the connection ends', async (context) => {
  const server = await openTestServer();
  context.after(() => server.close());
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const address = server.app.server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const cases: readonly [string, string][] = [
    ['nonsense\r\n\r\n', 'MUSTER-100019-400'],
    ['FOO / HTTP/1.1\r\nHost: x\r\n\r\n', 'MUSTER-100019-400'],
    ['GET /data/core/ups/audiences?name=\xfcn HTTP/1.1\r\nHost: x\r\n\r\n', 'MUSTER-100019-400'],
    ['GET / HTTP/1.1\r\nHost: x\r\nBad\x01: 1\r\n\r\n', 'MUSTER-100019-400'],
    [`GET / HTTP/1.1\r\nHost: x\r\nLong: ${'x'.repeat(20_000)}\r\n\r\n`, 'MUSTER-100005-400'],
  ];
  for (const [bytes, code] of cases) {
    const answer = await answerTo(address, bytes);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
    const body = Parse(ProblemBody, JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))));
    assert.equal(body.type, `https://ns.adobe.com/aep/errors/${code}`);
    assert.ok(answer.includes(`x-request-id: ${body.requestId}\r\n`));
  }
});
