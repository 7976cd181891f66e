import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoryServer, Story } from './story.ts';

const buysInWindow = 'eventType = "commerce.purchases" and timestamp occurs <= 90 days before now';
const oneMillisecond = 1 / 86_400_000;

const muster = await openStoryServer();

/** A shop before its first evaluation: Ann bought twice of late, Bob long ago, Cem in Germany yesterday. */
async function openShop(story: Story): Promise<void> {
  await story.people([
    { id: 'ann', day: -200, country: 'US' },
    { id: 'bob', day: -200, country: 'US' },
    { id: 'cem', day: -200, country: 'DE' },
  ]);
  await story.events([
    { of: 'ann', day: -60, type: 'purchase' },
    { of: 'ann', day: -5, type: 'purchase' },
    { of: 'ann', day: -4, type: 'view' },
    { of: 'bob', day: -100, type: 'purchase' },
    { of: 'cem', day: -1, type: 'purchase' },
  ]);
  await story.audience('Americans', 'homeAddress.country = "US"');
  await story.audience('regulars', `xEvent[${buysInWindow}].count() >= 2`);
  await story.audience('lapsed', `not xEvent.exists(${buysInWindow})`);
  await story.audience('lapsed Americans', 'inSegment("{Americans}") and inSegment("{lapsed}")');
}

/** Bob comes back, Cem moves to the US, Dan is new. */
async function goOn(story: Story): Promise<void> {
  await story.events([
    { of: 'bob', day: 20, type: 'purchase' },
    { of: 'bob', day: 30, type: 'purchase' },
    { of: 'bob', day: 30, type: 'purchase' },
  ]);
  await story.people([
    { id: 'cem', day: 35, country: 'US' },
    { id: 'dan', day: 36, country: 'US' },
  ]);
}

test('people enter and leave audiences as days go by and data arrives', async () => {
  const story = new Story(muster, { org: 'SHOP@AdobeOrg', sandbox: 'days' });
  await openShop(story);
  await story.expectOn(1, {
    Americans: { members: ['ann', 'bob'], entered: 2, stayed: 0, left: 0 },
    regulars: { members: ['ann'], entered: 1, stayed: 0, left: 0 },
    lapsed: { members: ['bob'], entered: 1, stayed: 0, left: 0 },
    'lapsed Americans': { members: ['bob'], entered: 1, stayed: 0, left: 0 },
  });
  await goOn(story);
  await story.expectOn(40, {
    Americans: { members: ['ann', 'bob', 'cem', 'dan'], entered: 2, stayed: 2, left: 0 },
    regulars: { members: ['bob'], entered: 1, stayed: 0, left: 1 },
    lapsed: { members: ['dan'], entered: 1, stayed: 0, left: 1 },
    'lapsed Americans': { members: ['dan'], entered: 1, stayed: 0, left: 1 },
  });
  await story.expectOn(100, {
    Americans: { members: ['ann', 'bob', 'cem', 'dan'], entered: 0, stayed: 4, left: 0 },
    regulars: { members: ['bob'], entered: 0, stayed: 1, left: 0 },
    lapsed: { members: ['ann', 'cem', 'dan'], entered: 2, stayed: 1, left: 0 },
    'lapsed Americans': { members: ['ann', 'cem', 'dan'], entered: 2, stayed: 1, left: 0 },
  });
});

test('a window ends to the millisecond, an older record changes nothing, a late event counts from the next run', async () => {
  const story = new Story(muster, { org: 'SHOP@AdobeOrg', sandbox: 'windows' });
  await openShop(story);
  await goOn(story);
  const bobIsRegular = { members: ['bob'], entered: 1, stayed: 0, left: 0 };
  await story.expectOn(110, { regulars: bobIsRegular });
  await story.expectOn(110 + oneMillisecond, { regulars: { members: [], entered: 0, stayed: 0, left: 1 } });
  await story.events([{ of: 'bob', day: 25, type: 'purchase' }]);
  await story.people([{ id: 'cem', day: 34, country: 'FR' }]);
  await story.expectOn(110 + oneMillisecond, {
    regulars: bobIsRegular,
    Americans: { members: ['ann', 'bob', 'cem', 'dan'], entered: 0, stayed: 4, left: 0 },
  });
});

test('an audience that refers to others follows them, also when it alone is asked for', async () => {
  const story = new Story(muster, { org: 'SHOP@AdobeOrg', sandbox: 'references' });
  await openShop(story);
  await story.audience('faithful Americans', 'inSegment("{Americans}") and not inSegment("{lapsed Americans}")');
  const membersOn = async (day: number): Promise<readonly string[]> => {
    await story.evaluateOn(day, ['faithful Americans']);
    return await story.client.memberIds(story.idOf('faithful Americans'));
  };
  assert.deepEqual(await membersOn(1), ['ann']);
  await goOn(story);
  assert.deepEqual([...(await membersOn(40))].sort(), ['ann', 'bob', 'cem']);
  assert.deepEqual(await membersOn(100), ['bob']);
  assert.deepEqual(await membersOn(121), []);
});
