/** What the OpenAPI description says about many operations at once. */
import { GatewayErrorBody, ProblemBody } from '@muster/wire';
import { Type } from 'typebox';

/** The base path of the API, as on the platform. */
export const basePath = '/data/core/ups';
/** The base path of the sandboxes of an organisation. */
export const sandboxManagementPath = '/data/foundation/sandbox-management';
/** The base path of external audiences, as on the platform. */
export const externalBasePath = '/data/core/ais';

const statusTexts: Readonly<Record<number, string>> = {
  400: 'The request is malformed or invalid; every finding is named.',
  404: 'There is no such resource in this organisation and sandbox.',
  409: 'The resource exists already, or is in a state that does not allow this.',
  412: 'The stored version is not the one that `If-Match` names, or a `test` of a patch does not hold.',
  413: 'The body is too large.',
  415: 'The content type is not supported.',
  422: 'The request can be read, and what it is about does not allow it: a key that stands for another request, or a resource in the wrong state.',
  429: 'Too much of this kind is in progress; `Retry-After` says when to try again.',
  503: 'The data engine is not available.',
};

/** Error answers of an operation, those of the gateway included. */
export function errorResponses(...statuses: readonly number[]): Readonly<Record<number, unknown>> {
  const gateway = { 401: 'The token is not valid.', 403: 'The token, the key or the organisation is missing.' };
  return {
    ...Object.fromEntries(
      statuses.map((status) => [status, { ...ProblemBody, description: statusTexts[status] ?? 'Refused.' }]),
    ),
    ...Object.fromEntries(
      Object.entries(gateway).map(([status, description]) => [status, { ...GatewayErrorBody, description }]),
    ),
  };
}

/** The id in a path. */
export const idParameter = Type.Object({ id: Type.String({ description: 'The `id` of the resource.' }) });
