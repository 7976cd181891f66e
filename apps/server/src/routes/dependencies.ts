/** What routes need besides the use cases' doors. */
import type { ServerLimits } from '../config.ts';
import type { AudienceCache } from '../http/audience-cache.ts';
import type { UseCaseDependencies } from '../use-cases/ports.ts';

/** What the routes of the API are made of. */
export interface RouteDependencies extends UseCaseDependencies {
  readonly limits: ServerLimits;
  readonly audienceCache: AudienceCache;
}

/** The id of a route whose path has one. */
export interface IdPath {
  readonly Params: { readonly id: string };
}

/** A route that reads query parameters. */
export interface QueryString {
  readonly Querystring: Readonly<Record<string, unknown>>;
}
