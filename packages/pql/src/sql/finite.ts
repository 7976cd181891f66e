import { type SqlFragment, sql } from './fragment.ts';

/** The number, or NULL when it is infinite. Finite operands give no NaN, since nothing here divides by zero. */
export function finiteSql(value: SqlFragment): SqlFragment {
  return sql`nullIf(nullIf(${value}, inf), -inf)`;
}
