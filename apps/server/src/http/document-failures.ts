/** The failures that every operation can have, added to its description in one place. */
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import type { FastifySchema } from 'fastify';

type Failures = Readonly<Record<string, { readonly description: string; readonly bodies: readonly object[] }>>;

const problem = (description: string) => ({ description, bodies: [ProblemBody] });

/** Failures of operations that need no token. */
const openFailures: Failures = {
  400: problem('The request is malformed or invalid; every finding is named.'),
  406: problem('`Accept` leaves out every form of the answer.'),
  500: problem('The request failed inside the server; the log has it under the request id.'),
};

/** Failures of operations that belong to a tenant. */
const tenantFailures: Failures = {
  ...openFailures,
  400: {
    description: 'The request is malformed or invalid, or a header is missing.',
    bodies: [ProblemBody, GatewayErrorBody],
  },
  401: { description: 'The token is not valid.', bodies: [GatewayErrorBody] },
  403: {
    description: 'The token or the key is missing, or they do not let do this.',
    bodies: [GatewayErrorBody, ProblemBody],
  },
  404: problem('There is no such resource or sandbox in this organisation.'),
  409: problem('The sandbox is being reset or deleted.'),
  429: problem('The organisation sends too many requests; `Retry-After` says when to try again.'),
  503: problem('The data engine, or the keys of tokens, are not available.'),
};

/** Failures of operations to which a body can be sent, whether they want one or not. */
const bodyFailures: Failures = {
  413: problem('The body is too large.'),
  415: problem('The content type is not supported.'),
};

/** The text under a keyword of a schema. */
function textOf(schema: object, keyword: 'title' | 'description'): string | undefined {
  const value: unknown = Object.entries(schema).find(([name]) => name === keyword)?.[1];
  return typeof value === 'string' ? value : undefined;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A failure as JSON, whatever form the answers of success have. */
function asJson(description: string, bodies: readonly object[]): object {
  const [only] = bodies;
  const schema = bodies.length === 1 ? only : { anyOf: bodies };
  return { description, content: { 'application/json': { schema } } };
}

/** The failures that a route declares and those that it can have anyhow; bodies are told apart by their titles. */
function failuresOf(declared: Readonly<Record<string, unknown>>, general: Failures): Readonly<Record<string, object>> {
  const statuses = [...Object.keys(declared), ...Object.keys(general)].filter((status) => status >= '400');
  return Object.fromEntries(
    [...new Set(statuses)].map((status) => {
      const own = declared[status];
      const { description = 'Refused.', bodies = [] } = general[status] ?? {};
      if (!isObject(own)) return [status, asJson(description, bodies)];
      const others = bodies.filter((body) => textOf(body, 'title') !== textOf(own, 'title'));
      return [status, asJson(textOf(own, 'description') ?? description, [own, ...others])];
    }),
  );
}

/** The schema of a route with all its failures. */
export function documentFailures<Schema extends FastifySchema>(schema: Schema, method: string | string[]): Schema {
  if (schema.hide === true) return schema;
  const own = schema.security?.length === 0 ? openFailures : tenantFailures;
  const general = method === 'GET' || method === 'HEAD' ? own : { ...own, ...bodyFailures };
  const responses = Object.fromEntries(isObject(schema.response) ? Object.entries(schema.response) : []);
  return { ...schema, response: { ...responses, ...failuresOf(responses, general) } };
}
