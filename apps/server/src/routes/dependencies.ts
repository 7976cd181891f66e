/** What routes need besides the use cases' doors. */
import type { ServerLimits } from '../config.ts';
import type { AudienceCache } from '../http/audience-cache.ts';
import type { SandboxGate } from '../http/sandbox-gate.ts';
import type { UseCaseDependencies } from '../use-cases/ports.ts';
import type { RemovalDependencies } from '../use-cases/remove-sandbox.ts';

/** What the routes of the API are made of. */
export interface RouteDependencies extends UseCaseDependencies {
  readonly limits: ServerLimits;
  readonly audienceCache: AudienceCache;
  readonly gate: SandboxGate;
  readonly removal: RemovalDependencies;
}

/** The id of a route whose path has one. */
export interface IdPath {
  readonly Params: { readonly id: string };
}

/** A route that reads query parameters. */
export interface QueryString {
  readonly Querystring: Readonly<Record<string, unknown>>;
}
