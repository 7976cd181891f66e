import type { Scope } from '@muster/audience';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { TenantTable } from './tables.ts';

/** True for rows of the scope's organisation and sandbox. Every query of this folder but the `…Everywhere` has it. */
export function inTenant(scope: Scope, table: TenantTable): RawBuilder<SqlBool> {
  const org = sql.ref(`${table}.org`);
  const sandbox = sql.ref(`${table}.sandbox`);
  return sql<SqlBool>`${org} = ${scope.org} and ${sandbox} = ${scope.sandbox}`;
}

/** The name under which transactions that touch the references between a tenant's audiences take turns. */
export const referencesClaim = (scope: Scope): string => `audience-references/${scope.org}/${scope.sandbox}`;
/** The name under which reports on a tenant's audiences take turns. */
export const reportsClaim = (scope: Scope): string => `metrics-reports/${scope.org}/${scope.sandbox}`;
/** The name under which transactions that touch a tenant's keys of requests take turns. */
export const onceClaim = (scope: Scope): string => `once-requests/${scope.org}/${scope.sandbox}`;
/** The name under which requests for jobs take turns where a tenant has a limit of them. */
export const jobsClaim = (scope: Scope): string => `jobs/${scope.org}/${scope.sandbox}`;
/** The name under which changes of a tenant's schedules, and the starts of their runs, take turns. */
export const schedulesClaim = (scope: Scope): string => `schedules/${scope.org}/${scope.sandbox}`;
/** The name under which changes of a tenant's schema documents take turns. */
export const schemasClaim = (scope: Scope): string => `schemas/${scope.org}/${scope.sandbox}`;
/** The name under which tasks of a kind get their numbers in turn. */
export const tasksClaim = (scope: Scope, kind: string): string => `tasks/${kind}/${scope.org}/${scope.sandbox}`;
