import assert from 'node:assert/strict';
import { test } from 'node:test';
import { actorId, epochMs } from '@muster/audience';
import { openSqliteControlStore } from '@muster/store';
import { headersOf } from '../testing/fixture.ts';
import { createTenantFinder } from './tenancy.ts';

test('a token is checked once while it is believed, whoever asks in between, and once again after that', async (context) => {
  const control = await openSqliteControlStore({ path: ':memory:' });
  context.after(() => control.close());
  const clock = { time: epochMs(0), now: () => clock.time };
  const checked: string[] = [];
  const finder = createTenantFinder({
    sandboxes: control.sandboxes,
    clock,
    authenticator: {
      authenticate(token) {
        checked.push(token);
        const validUntil = epochMs(clock.time + 100);
        return Promise.resolve({ actor: actorId(token), access: 'write', isEntitledTo: () => true, validUntil });
      },
      isKnownClient: () => true,
      makesSandboxes: true,
    },
    isSandboxOptional: false,
    gate: { onReopen: () => undefined },
    tenantAgeMs: null,
  });
  const ask = async (token: string): Promise<void> => {
    const headers = { ...headersOf(), authorization: `Bearer ${token}` };
    const { scope } = finder.remembered(headers) ?? (await finder.find(headers));
    assert.equal(scope.actor, token);
  };
  for (const token of ['a', 'a', 'b', 'a', 'b', 'b', 'a']) await ask(token);
  assert.deepEqual(checked.splice(0), ['a', 'b']);
  clock.time = epochMs(100);
  for (const token of ['a', 'a', 'a', 'b', 'b', 'a']) await ask(token);
  assert.deepEqual(checked, ['a', 'b']);
});
