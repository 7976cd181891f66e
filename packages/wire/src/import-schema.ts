/** Imports: files on their way into profiles and events. An extension. */
import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';
import { wireLimits } from './limits.ts';
import { NextLinks, OpaqueObject } from './shared-schema.ts';

/** An import. */
export const ImportResource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    kind: Type.Union([Type.Literal('profiles'), Type.Literal('events')]),
    fingerprint: Type.String(),
    mapping: Type.Optional(OpaqueObject),
    status: Type.String({ description: 'receiving, interrupted, failed or succeeded.' }),
    counts: Type.Object({
      rows: Type.Integer(),
      profiles: Type.Integer(),
      events: Type.Integer(),
      skipped: Type.Integer(),
      rejected: Type.Integer(),
    }),
    committedRows: Type.Integer({
      description: 'Rows whose effects are durable: sending the file again goes on there.',
    }),
    problems: Type.Array(Type.Object({ row: Type.Integer(), message: Type.String() })),
    error: Type.Optional(Type.String()),
    createdBy: Type.String(),
    creationTime: Type.Integer({ description: 'Milliseconds.' }),
    updateTime: Type.Integer({ description: 'Milliseconds.' }),
    _links: Type.Object({ content: Type.Object({ href: Type.String(), method: Type.String() }) }),
  },
  { title: 'Import', examples: [answerExamples.import] },
);

/** A page of imports, newest first. */
export const ImportListResource = Type.Object(
  {
    children: Type.Array(ImportResource),
    _page: Type.Object({
      totalCount: Type.Integer(),
      totalPages: Type.Integer(),
      pageSize: Type.Integer(),
      limit: Type.Integer(),
      start: Type.String(),
      next: Type.Optional(Type.String()),
    }),
    _links: NextLinks,
  },
  { title: 'ImportList', examples: [answerExamples.importList] },
);

/** The body that announces an import. */
export const NewImportBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: wireLimits.nameLengthMax }),
    kind: Type.Union([Type.Literal('profiles'), Type.Literal('events')]),
    fingerprint: Type.String({
      minLength: 1,
      maxLength: wireLimits.fingerprintLengthMax,
      description: 'Tells the same file with the same mapping again.',
    }),
    mapping: Type.Optional(OpaqueObject),
  },
  { title: 'NewImport', examples: [{ name: 'people.jsonl', kind: 'profiles', fingerprint: 'sha256-of-the-file' }] },
);

/** An import as it is sent. */
export type ImportResource = Type.Static<typeof ImportResource>;
/** A page of imports as it is sent. */
export type ImportListResource = Type.Static<typeof ImportListResource>;
