import {
  type AudienceId,
  type EpochMs,
  type ExportFormat,
  Problem,
  type ProfileId,
  type Scope,
} from '@muster/audience';
import type { Member, RowQuery } from '@muster/store';
import { type MemberField, resolveMemberFields } from './member-fields.ts';
import type { UseCaseDependencies } from './ports.ts';

type Dependencies = Pick<UseCaseDependencies, 'control' | 'data' | 'loadSchema'>;

/** A page of members with the fields they are shown by. */
export interface MemberSlice {
  readonly members: readonly Member[];
  readonly fields: readonly MemberField[];
  readonly totalCount: number;
  readonly asOf: EpochMs | null;
  /** Where the next page starts; null at the end. */
  readonly next: ProfileId | null;
}

async function assertAudienceExists({ control }: Dependencies, scope: Scope, id: AudienceId): Promise<void> {
  if ((await control.audiences.find(scope, id)) === null) throw new Problem('audienceNotFound');
}

/**
 * The members after `after`, by profile number, as the latest evaluation found them. Throws `audienceNotFound`, or
 * `invalidParameter` naming unknown fields.
 */
export async function listMembers(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
  page: { readonly after: ProfileId | null; readonly limit: number; readonly paths: readonly string[] },
): Promise<MemberSlice> {
  await assertAudienceExists(deps, scope, id);
  const fields = resolveMemberFields(await deps.loadSchema(scope), page.paths);
  const summary = (await deps.data.summaries(scope, [id])).get(id);
  // One more than shown tells whether there is a next page.
  const found = await deps.data.members(scope, id, { after: page.after, limit: page.limit + 1, fields: page.paths });
  const members = found.slice(0, page.limit);
  const last = members.at(-1);
  return {
    members,
    fields,
    totalCount: summary?.members ?? 0,
    asOf: summary?.asOf ?? null,
    next: found.length > page.limit && last !== undefined ? last.profileId : null,
  };
}

/** All members and the fields they are shown by. Refuses like `listMembers`, before the first member. */
export async function exportMembers(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
  options: { readonly paths: readonly string[]; readonly signal: AbortSignal },
): Promise<{ readonly fields: readonly MemberField[]; readonly members: AsyncIterable<Member> }> {
  await assertAudienceExists(deps, scope, id);
  const fields = resolveMemberFields(await deps.loadSchema(scope), options.paths);
  return { fields, members: deps.data.streamMembers(scope, id, options.paths, options.signal) };
}

/** All members as a file that the engine writes. Refuses like `listMembers`, before the first piece. */
export async function exportMemberRows(
  deps: Dependencies,
  scope: Scope,
  id: AudienceId,
  options: { readonly paths: readonly string[]; readonly format: ExportFormat; readonly signal: AbortSignal },
): Promise<AsyncIterable<Uint8Array>> {
  await assertAudienceExists(deps, scope, id);
  const fields = resolveMemberFields(await deps.loadSchema(scope), options.paths);
  const query: RowQuery = {
    content: 'profiles',
    selection: {
      segments: [{ audienceId: id, namespace: '', statuses: ['realized'] }],
      qualifiedFrom: null,
      qualifiedTo: null,
      changedAfter: null,
      withEmpty: true,
    },
    fields: fields.map(({ path, type }) => ({ path, isTime: type.kind === 'timestamp' })),
    withMemberships: false,
  };
  return deps.data.exportRows(scope, query, options.format, options.signal);
}
