/** Parts that several resources share. */
import type { JsonObject } from '@muster/audience';
import { Type } from 'typebox';

/** The sandbox as every resource carries it. */
export const SandboxResource = Type.Object({
  sandboxId: Type.String(),
  sandboxName: Type.String(),
  type: Type.Union([Type.Literal('production'), Type.Literal('development')]),
  default: Type.Boolean(),
});
/** A sandbox as it is sent. */
export type SandboxResource = Type.Static<typeof SandboxResource>;

/** An opaque JSON object: stored and returned as it is. */
export const OpaqueObject = Type.Unsafe<JsonObject>({ type: 'object' });

/** A PQL rule as it travels. */
export const ExpressionResource = Type.Object({
  type: Type.String({ description: 'PQL, in any case.' }),
  format: Type.Union([Type.Literal('pql/text'), Type.Literal('pql/json')]),
  value: Type.String(),
});

const NextLink = Type.Object({ next: Type.Object({ href: Type.Optional(Type.String()) }) });

/** Where a list goes on: `next` is an empty object at the end. */
export const NextLinks = NextLink;
