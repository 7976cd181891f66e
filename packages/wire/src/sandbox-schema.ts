/** The sandboxes of an organisation, as its management lists them. Other resources carry a `SandboxResource`. */

import { Type } from 'typebox';
import { answerExamples } from './answer-examples.ts';

const DateText = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}$', description: 'UTC.' });

/** A sandbox of an organisation. */
export const ManagedSandboxResource = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    title: Type.String({ description: 'Derived from the name where none was given.' }),
    state: Type.Union([Type.Literal('active'), Type.Literal('resetting'), Type.Literal('deleted')]),
    type: Type.Union([Type.Literal('production'), Type.Literal('development')]),
    region: Type.String(),
    isDefault: Type.Boolean(),
    eTag: Type.Integer(),
    createdDate: DateText,
    lastModifiedDate: DateText,
    createdBy: Type.String(),
    modifiedBy: Type.String(),
  },
  { title: 'ManagedSandbox', examples: [answerExamples.managedSandbox] },
);

const Link = Type.Object({ href: Type.String(), templated: Type.Boolean() });

/** A page of sandboxes. */
export const ManagedSandboxListResource = Type.Object(
  {
    sandboxes: Type.Array(ManagedSandboxResource),
    _page: Type.Object({ limit: Type.Integer(), count: Type.Integer({ description: 'Sandboxes on this page.' }) }),
    _links: Type.Object({
      page: Link,
      next: Type.Optional(Link),
      prev: Type.Optional(Link),
    }),
  },
  { title: 'ManagedSandboxList', examples: [answerExamples.managedSandboxList] },
);

/** The kinds of sandboxes. */
export const SandboxTypesResource = Type.Object(
  { sandboxTypes: Type.Array(Type.String()) },
  { title: 'SandboxTypes', examples: [answerExamples.sandboxTypes] },
);

/** The body that creates a sandbox. */
export const NewSandboxBody = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,255}$' }),
    title: Type.Optional(Type.String({ maxLength: 1_000, description: 'What people call it.' })),
    type: Type.Literal('development'),
  },
  { title: 'NewSandbox', examples: [{ name: 'acme-dev', title: 'Acme Dev', type: 'development' }] },
);

/** The body that resets a sandbox. */
export const SandboxChangeBody = Type.Object(
  { action: Type.Literal('reset') },
  { title: 'SandboxChange', examples: [{ action: 'reset' }] },
);

/** The body that gives a sandbox another title. */
export const SandboxTitleBody = Type.Object(
  { title: Type.String({ minLength: 1, maxLength: 1_000 }) },
  { title: 'SandboxTitle', examples: [{ title: 'Acme Staging' }] },
);

/** A sandbox of an organisation as it is sent. */
export type ManagedSandboxResource = Type.Static<typeof ManagedSandboxResource>;
/** A page of sandboxes as it is sent. */
export type ManagedSandboxListResource = Type.Static<typeof ManagedSandboxListResource>;
