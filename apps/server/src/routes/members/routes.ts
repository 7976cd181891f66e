/** `/audiences/{id}/members`: who is in an audience. An extension. */
import { Readable } from 'node:stream';
import {
  type AudienceId,
  audienceId,
  type ExportFormat,
  exportFormats,
  Problem,
  type ProfileId,
  profileId,
  type Scope,
} from '@muster/audience';
import {
  decodeText,
  decodeWholeNumber,
  MemberExportParameters,
  MemberListParameters,
  MemberListResource,
  type QueryParameters,
  wireLimits,
} from '@muster/wire';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { errorResponses, idParameter } from '../../http/api-schema.ts';
import { exportMemberRows, exportMembers, listMembers } from '../../use-cases/list-members.ts';
import type { IdPath, QueryString, RouteDependencies } from '../dependencies.ts';
import { encodeMember, renderMembers } from './member-text.ts';

const tags = ['members'];

/** The paths in `fields`, each once. */
function decodeFields(query: QueryParameters): readonly string[] {
  const text = decodeText(query, 'fields', wireLimits.memberFieldsMax * 200);
  if (text instanceof Problem) throw text;
  const paths = [
    ...new Set(
      (text ?? '')
        .split(',')
        .map((path) => path.trim())
        .filter((path) => path !== ''),
    ),
  ];
  if (paths.length <= wireLimits.memberFieldsMax) return paths;
  throw new Problem('limitExceeded', [
    {
      message: `${paths.length} fields are too many`,
      field: 'fields',
      expected: `at most ${wireLimits.memberFieldsMax}`,
    },
  ]);
}

/** Where a page starts: the number of the last profile of the page before. */
function decodeAfter(query: QueryParameters): ProfileId | null {
  const text = decodeText(query, 'start', 16);
  if (text instanceof Problem) throw text;
  if (text === undefined || text === '' || text === '0') return null;
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 0xffff_ffff) return profileId(Number(text));
  throw new Problem('invalidParameter', [
    { message: '`start` is not the start of a page', field: 'start', expected: 'the `_page.next` of the page before' },
  ]);
}

function decodeLimit(query: QueryParameters): number {
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) throw limit;
  return Math.min(limit ?? wireLimits.membersPageDefault, wireLimits.membersPageMax);
}

function decodeFormat(query: QueryParameters): ExportFormat {
  const text = decodeText(query, 'format', 16);
  if (text instanceof Problem) throw text;
  const format = exportFormats.find((known) => known === (text ?? 'csv'));
  if (format !== undefined) return format;
  throw new Problem('invalidParameter', [
    { message: '`format` is not a format of exports', field: 'format', expected: '`csv`, `jsonl` or `parquet`' },
  ]);
}

function addList(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'listMembers',
    summary: 'List the members of an audience',
    params: idParameter,
    querystring: MemberListParameters,
    response: { 200: MemberListResource, ...errorResponses(400, 404, 503) },
  };
  app.get<IdPath & QueryString>('/audiences/:id/members', { schema }, async (request): Promise<MemberListResource> => {
    const page = {
      after: decodeAfter(request.query),
      limit: decodeLimit(request.query),
      paths: decodeFields(request.query),
    };
    const slice = await listMembers(deps, request.tenant.scope, audienceId(request.params.id), page);
    const next = slice.next === null ? null : String(slice.next);
    const fields = page.paths.length === 0 ? '' : `&fields=${encodeURIComponent(page.paths.join(','))}`;
    const path = `@/audiences/${encodeURIComponent(request.params.id)}/members`;
    return {
      children: slice.members.map((member) => encodeMember(member, slice.fields)),
      _page: {
        totalCount: slice.totalCount,
        pageSize: slice.members.length,
        limit: page.limit,
        ...(page.after === null ? {} : { start: String(page.after) }),
        ...(next === null ? {} : { next }),
      },
      _links: { next: next === null ? {} : { href: `${path}?start=${next}&limit=${page.limit}${fields}` } },
      ...(slice.asOf === null ? {} : { evaluationTime: slice.asOf }),
    };
  });
}

const contentTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  jsonl: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

/** What to export of an audience. */
interface WantedMembers {
  readonly id: AudienceId;
  readonly paths: readonly string[];
  readonly format: ExportFormat;
  readonly signal: AbortSignal;
}

/** The members in pieces. Refusals are thrown before the first. */
async function piecesOf(
  deps: RouteDependencies,
  scope: Scope,
  { id, paths, format, signal }: WantedMembers,
): Promise<AsyncIterator<string | Uint8Array>> {
  if (format === 'parquet') {
    const pieces = await exportMemberRows(deps, scope, id, { paths, format, signal });
    return pieces[Symbol.asyncIterator]();
  }
  const { fields, members } = await exportMembers(deps, scope, id, { paths, signal });
  return renderMembers(members, fields, format);
}

function addExport(app: FastifyInstance, deps: RouteDependencies): void {
  const schema = {
    tags,
    operationId: 'exportMembers',
    summary: 'Export all members of an audience',
    description: 'A stream of CSV (RFC 4180, with a header line), of JSON lines or of Parquet.',
    params: idParameter,
    querystring: MemberExportParameters,
    produces: ['text/csv', 'application/x-ndjson', 'application/vnd.apache.parquet'],
    response: { 200: Type.String(), ...errorResponses(400, 404, 503) },
  };
  app.get<IdPath & QueryString>('/audiences/:id/members/export', { schema }, async (request, reply) => {
    const format = decodeFormat(request.query);
    const paths = decodeFields(request.query);
    const gone = new AbortController();
    reply.raw.once('close', () => gone.abort(new Error('the client went away')));
    const id = audienceId(request.params.id);
    const signal = AbortSignal.any([gone.signal, deps.gate.closing(request.tenant.key)]);
    const pieces = await piecesOf(deps, request.tenant.scope, { id, paths, format, signal });
    // The first piece before the headers: an engine that does not answer is a proper error.
    const first = await pieces.next();
    async function* all(): AsyncGenerator<string | Uint8Array> {
      try {
        for (let next = first; next.done !== true; next = await pieces.next()) yield next.value;
      } finally {
        await pieces.return?.();
      }
    }
    return reply
      .type(contentTypes[format])
      .header('content-disposition', `attachment; filename="audience-members.${format}"`)
      .send(Readable.from(all(), { objectMode: false }));
  });
}

/** Adds the operations. */
export function addMemberRoutes(app: FastifyInstance, deps: RouteDependencies): void {
  addList(app, deps);
  addExport(app, deps);
}
