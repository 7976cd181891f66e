import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { env } from 'node:process';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { openExampleWorld } from '../testing/example-world.ts';
import { fuzzOperations } from '../testing/fuzz.ts';

const seed = Number(env['MUSTER_SEED'] ?? Math.floor(Math.random() * 1_000_000));

const world = await openExampleWorld();
after(() => world.close());

test(`no malformed request breaks an operation or leaves half of something, seed ${seed}`, async () => {
  await fuzzOperations(world, { seed, runsPerOperation: 25 });
});

/** Sends bytes on a connection of their own and gives what comes back. */
async function sendBytes(port: number, bytes: Buffer): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    received += text;
  });
  socket.on('error', () => undefined);
  socket.end(bytes);
  await once(socket, 'close');
  return received;
}

test(`bytes that are hardly HTTP are refused, and the server stays, seed ${seed}`, async () => {
  const port = Number(new URL(await world.app.listen({ host: '127.0.0.1', port: 0 })).port);
  const request = Buffer.from(
    [
      'POST /data/core/ups/audiences HTTP/1.1',
      'host: localhost',
      'authorization: Bearer any',
      'x-api-key: any',
      'x-gw-ims-org-id: RAW@AdobeOrg',
      'x-sandbox-name: prod',
      'content-type: application/json',
      'content-length: 2',
      'connection: close',
      '',
      '{}',
    ].join('\r\n'),
  );
  const edit = fc.record({ at: fc.nat(request.length), cut: fc.nat(12), put: fc.uint8Array({ maxLength: 6 }) });
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
    const bytes = edits.reduce(
      (current, { at, cut, put }) => Buffer.concat([current.subarray(0, at), put, current.subarray(at + cut)]),
      request,
    );
    const answer = await sendBytes(port, bytes);
    assert.match(answer, /^(?:HTTP\/1\.1 [24]\d\d |$)/);
  });
  await fc.assert(property, { seed, numRuns: 200, includeErrorInReport: true });
  assert.equal((await fetch(`http://127.0.0.1:${port}/health/ready`)).status, 200);
});
