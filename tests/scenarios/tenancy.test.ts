import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Tenant } from '../service/client.ts';
import { openStoryServer, Story } from './story.ts';

/** Two organisations with two sandboxes each, and who is a customer there; all people have the same ids. */
const tenants: readonly (Tenant & { readonly customers: readonly string[]; readonly others: readonly string[] })[] = [
  { org: 'ONE@AdobeOrg', sandbox: 'prod', customers: ['ann'], others: [] },
  { org: 'ONE@AdobeOrg', sandbox: 'dev', customers: ['ann', 'bob'], others: [] },
  { org: 'TWO@AdobeOrg', sandbox: 'prod', customers: ['bob'], others: ['ann', 'cem'] },
  { org: 'TWO@AdobeOrg', sandbox: 'dev', customers: [], others: ['ann', 'bob', 'cem', 'dan'] },
];

test('organisations and sandboxes with the same ids see only what is theirs', async () => {
  const muster = await openStoryServer();
  const stories = tenants.map((tenant) => ({ ...tenant, story: new Story(muster, tenant) }));
  await Promise.all(
    stories.map(async ({ story, customers, others }) => {
      const people = [...customers, ...others].map((id) => ({ id, day: 0, country: 'US' }));
      await story.people(people);
      await story.events(customers.map((of) => ({ of, day: 1, type: 'purchase' })));
      await story.audience('everyone', 'homeAddress.country = "US"');
      await story.audience('customers', 'xEvent.count() >= 1');
    }),
  );
  for (const { story, customers, others } of stories) {
    const people = [...customers, ...others].sort();
    const all = { entered: people.length, stayed: 0, left: 0 };
    await story.expectOn(2, {
      everyone: { members: people, ...all },
      customers: { members: customers, ...all, entered: customers.length },
    });
  }
  for (const { story, customers, others, sandbox } of stories) {
    const seen = await story.client.audienceNames();
    assert.deepEqual([...seen.keys()].sort(), [story.idOf('everyone'), story.idOf('customers')].sort());
    const [jobs, imports] = [await story.client.jobs(), await story.client.imports()];
    assert.equal(jobs._page.totalCount, 1);
    assert.equal(jobs.children[0]?.metrics.totalProfiles, customers.length + others.length);
    assert.equal(jobs.children[0]?.sandbox.sandboxName, sandbox);
    const rows = imports.children.map(({ kind, counts }) => `${kind} ${counts.rows}`).sort();
    assert.deepEqual(rows, [`events ${customers.length}`, `profiles ${customers.length + others.length}`]);
  }
  await assertNothingIsShared(stories.map(({ story }) => story));
});

/** What one tenant has is not found by any other. */
async function assertNothingIsShared(stories: readonly Story[]): Promise<void> {
  for (const owner of stories) {
    const audience = `/audiences/${owner.idOf('everyone')}`;
    const [job, file] = [(await owner.client.jobs()).children[0], (await owner.client.imports()).children[0]];
    const paths = [audience, `${audience}/members`, `${audience}/members/export`].concat(
      `/segment/jobs/${job?.id}`,
      `/imports/${file?.id}`,
    );
    for (const path of paths) assert.equal((await owner.client.request('GET', path)).status, 200, path);
    for (const other of stories.filter((story) => story !== owner)) {
      for (const path of paths) assert.equal((await other.client.request('GET', path)).status, 404, path);
      assert.equal((await other.client.request('DELETE', audience)).status, 404);
      const body = JSON.stringify([{ segmentId: owner.idOf('everyone') }]);
      const headers = { 'content-type': 'application/json' };
      assert.equal((await other.client.request('POST', '/segment/jobs', { body, headers })).status, 404);
    }
  }
}
