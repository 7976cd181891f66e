/** Sandboxes between the management's form and the domain. */
import { decodeSandboxName, Problem, type Sandbox, type SandboxName } from '@muster/audience';
import { Check } from 'typebox/value';
import { checkValue } from './check-value.ts';
import { wireLimits } from './limits.ts';
import { decodeWholeNumber, type QueryParameters } from './query-parameters.ts';
import {
  type ManagedSandboxListResource,
  type ManagedSandboxResource,
  NewSandboxBody,
  SandboxChangeBody,
  SandboxTitleBody,
} from './sandbox-schema.ts';

/** Where sandboxes are said to be: they are where the server is. */
const region = 'LOCAL';
/** Sandboxes come into being with their first use, on nobody's order. */
const creator = 'muster';

/** `2019-09-04 04:57:24`: the form of this resource only. */
const dateTextOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** `Production` for `prod`, otherwise the words of the name: `acme-dev` is `Acme Dev`. */
function titleOf(name: string): string {
  if (name === 'prod') return 'Production';
  const words = name.split('-').filter((word) => word !== '');
  return words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`).join(' ');
}

/** The reference's words; what is being deleted is as good as gone. */
const states = { active: 'active', resetting: 'resetting', deleting: 'deleted' } as const;

/** A sandbox as the management sends it. */
export function encodeManagedSandbox(sandbox: Sandbox): ManagedSandboxResource {
  const created = dateTextOf(sandbox.createdAt);
  return {
    id: sandbox.id,
    name: sandbox.name,
    title: sandbox.title ?? titleOf(sandbox.name),
    state: states[sandbox.state],
    type: sandbox.type,
    region,
    isDefault: sandbox.isDefault,
    eTag: sandbox.version,
    createdDate: created,
    lastModifiedDate: sandbox.change === null ? created : dateTextOf(sandbox.change.at),
    createdBy: creator,
    modifiedBy: sandbox.change?.by ?? creator,
  };
}

/** Which sandboxes of the list to send. */
export interface SandboxPageRequest {
  readonly offset: number;
  readonly limit: number;
}

/** The page that `limit` and `offset` ask for; a limit beyond the greatest is read as the greatest. */
export function decodeSandboxPage(query: QueryParameters): SandboxPageRequest | Problem {
  const offset = decodeWholeNumber(query, 'offset', 0);
  if (offset instanceof Problem) return offset;
  const limit = decodeWholeNumber(query, 'limit', 1);
  if (limit instanceof Problem) return limit;
  return { offset: offset ?? 0, limit: Math.min(limit ?? wireLimits.pageSizeDefault, wireLimits.pageSizeMax) };
}

/** A page out of all sandboxes, whose list is at `path`. */
export function encodeManagedSandboxList(
  { offset, limit }: SandboxPageRequest,
  all: readonly Sandbox[],
  path: string,
): ManagedSandboxListResource {
  const items = all.slice(offset, offset + limit);
  const linkTo = (start: number) => ({ href: `${path}?offset=${start}&limit=${limit}`, templated: false });
  return {
    sandboxes: items.map(encodeManagedSandbox),
    _page: { limit, count: items.length },
    _links: {
      page: { href: `${path}?offset={offset}&limit={limit}`, templated: true },
      ...(offset + limit < all.length ? { next: linkTo(offset + limit) } : {}),
      ...(offset > 0 ? { prev: linkTo(Math.max(0, offset - limit)) } : {}),
    },
  };
}

/** A sandbox that is wanted. */
export interface NewSandbox {
  readonly name: SandboxName;
  /** Null where none was given. */
  readonly title: string | null;
}

/** The sandbox that a body wants, or what is wrong with the body. */
export function decodeNewSandbox(body: unknown): NewSandbox | Problem {
  if (Check(NewSandboxBody, body)) {
    const name = decodeSandboxName(body.name);
    if (name !== null) return { name, title: body.title ?? null };
  }
  return new Problem('invalidBody', checkValue(NewSandboxBody, body));
}

/** The title that a body gives, or what is wrong with the body. */
export function decodeSandboxTitle(body: unknown): string | Problem {
  return Check(SandboxTitleBody, body) ? body.title : new Problem('invalidBody', checkValue(SandboxTitleBody, body));
}

/** What is wrong with the body of a change, of which there is one: a reset. Null when nothing is. */
export function checkSandboxChange(body: unknown): Problem | null {
  return Check(SandboxChangeBody, body) ? null : new Problem('invalidBody', checkValue(SandboxChangeBody, body));
}

/** What a deletion answers: the sandbox as it was, and that it is gone. */
export function encodeDeletedSandbox(sandbox: Sandbox): ManagedSandboxResource {
  return { ...encodeManagedSandbox(sandbox), state: 'deleted' };
}
