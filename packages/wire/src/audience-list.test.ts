import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '@muster/audience';
import { decodeAudienceList, encodeAudienceList } from './audience-list.ts';

function pageOf(query: Record<string, unknown>, totalCount: number): ReturnType<typeof encodeAudienceList> {
  const request = decodeAudienceList(query);
  assert.ok(!(request instanceof Problem));
  return encodeAudienceList(request, [], totalCount);
}

test('the next page is named by its index, and the link repeats the filters', () => {
  const page = pageOf({ limit: '2', name: 'a&b', property: ['id!=x', 'labels==core/C1'] }, 111);
  assert.equal(page._page.next, '1');
  assert.equal(page._page.totalPages, 56);
  assert.equal(
    page._links.next.href,
    '@/audiences?start=1&limit=2&totalCount=111&property=id!%3Dx&property=labels%3D%3Dcore%2FC1&name=a%26b',
  );
});

test('the last page, an empty list and a page past the end name no next page', () => {
  for (const [start, total] of [
    ['55', 111],
    ['0', 0],
    ['999', 111],
    ['0', 2],
  ] as const) {
    const page = pageOf({ start, limit: '2' }, total);
    assert.equal('next' in page._page, false);
    assert.deepEqual(page._links, { next: {} });
  }
});

test('a limit beyond the greatest is read as the greatest', () => {
  assert.equal(pageOf({ limit: '5000' }, 5)._page.limit, 100);
});

test('a list is sorted by several attributes, which the page names by the first', () => {
  const request = decodeAudienceList({ sort: ['lifecycleState:asc, name:desc', 'schema.name:asc'], limit: '1' });
  assert.ok(!(request instanceof Problem));
  assert.deepEqual(
    request.sort.map(({ key, direction }) => `${key} ${direction}`),
    ['lifecycleState asc', 'name desc', 'schemaName asc'],
  );
  const { _page, _links } = encodeAudienceList(request, [], 2);
  assert.deepEqual([_page.sortField, _page.sort], ['lifecycleState', 'asc']);
  assert.match(_links.next.href ?? '', /&sort=lifecycleState%3Aasc%2C%20name%3Adesc&sort=schema.name%3Aasc$/);
});

test('parameters that make no sense are refused by name', () => {
  const refused: readonly [Record<string, unknown>, string][] = [
    [{ start: '-1' }, 'start'],
    [{ start: '1.5' }, 'start'],
    [{ start: '' }, 'start'],
    [{ start: ['1', '2'] }, 'start'],
    [{ limit: '0' }, 'limit'],
    [{ limit: '99999999999' }, 'limit'],
    [{ sort: 'name' }, 'sort'],
    [{ sort: 'constructor:asc' }, 'sort'],
    [{ sort: 'name:up' }, 'sort'],
    [{ property: 'a!b' }, 'property'],
    [{ name: 'x'.repeat(2000) }, 'name'],
  ];
  for (const [query, field] of refused) {
    const request = decodeAudienceList(query);
    assert.ok(request instanceof Problem, JSON.stringify(query));
    assert.equal(request.details[0]?.field, field);
  }
});

test('inactive audiences show only when a filter names the id or the state', () => {
  const states = (property?: string): readonly string[] => {
    const request = decodeAudienceList(property === undefined ? {} : { property });
    return request instanceof Problem ? [] : request.lifecycleStates;
  };
  assert.deepEqual(states(), ['draft', 'published']);
  assert.deepEqual(states('name==x'), ['draft', 'published']);
  for (const property of ['audienceId', 'audienceId==x', 'id==x', 'lifecycleState==inactive']) {
    assert.deepEqual(states(property), ['draft', 'published', 'inactive']);
  }
});
