/** Members as lines of CSV or JSON. */
import type { ExportFormat } from '@muster/audience';
import type { Member } from '@muster/store';
import type { MemberResource } from '@muster/wire';
import { encodeFieldValue, type MemberField } from '../../use-cases/member-fields.ts';

/** The formats that are text; the engine writes the others. */
export type TextFormat = Exclude<ExportFormat, 'parquet'>;

/** Text is handed over in pieces of about this many characters. */
const pieceLength = 65_536;

/** A member as JSON. */
export function encodeMember(member: Member, fields: readonly MemberField[]): MemberResource {
  return {
    identity: { namespace: member.identity.namespace, id: member.identity.id },
    fields: Object.fromEntries(
      fields.map((field) => [field.path, encodeFieldValue(member.attributes[field.path] ?? null, field.type)]),
    ),
  };
}

/** One cell as RFC 4180 has it: quoted when it must be. Null is an empty cell, structures are JSON. */
function renderCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const renderLine = (cells: readonly unknown[]): string => `${cells.map(renderCell).join(',')}\r\n`;

function renderMember(member: Member, fields: readonly MemberField[], format: TextFormat): string {
  const resource = encodeMember(member, fields);
  if (format === 'jsonl') return `${JSON.stringify(resource)}\n`;
  return renderLine([
    resource.identity.namespace,
    resource.identity.id,
    ...fields.map(({ path }) => resource.fields[path]),
  ]);
}

/** All members as text, in bounded pieces. CSV begins with a header line. */
export async function* renderMembers(
  members: AsyncIterable<Member>,
  fields: readonly MemberField[],
  format: TextFormat,
): AsyncGenerator<string> {
  let piece =
    format === 'csv' ? renderLine(['identityNamespace', 'identityId', ...fields.map(({ path }) => path)]) : '';
  for await (const member of members) {
    piece += renderMember(member, fields, format);
    if (piece.length >= pieceLength) {
      yield piece;
      piece = '';
    }
  }
  if (piece !== '') yield piece;
}
