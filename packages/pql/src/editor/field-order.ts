/** In which order fields are proposed. */
import { eventMember, type Field } from '../types/type.ts';

/** Fields that the platform keeps its books with; rules are rarely about them. */
const bookkeeping: ReadonlySet<string> = new Set([
  '_id',
  '_repo',
  'createdByBatchID',
  'modifiedByBatchID',
  'repositoryCreatedBy',
  'repositoryLastModifiedBy',
  'eventMergeId',
  'producedBy',
]);

/** The fields as they are proposed: the events first, bookkeeping last, else in the order of the schema. */
export function proposedFields(fields: ReadonlyMap<string, Field>): readonly (readonly [string, Field])[] {
  return [...fields].sort(([a], [b]) => rankOf(a) - rankOf(b));
}

function rankOf(name: string): number {
  if (name === eventMember) return 0;
  return bookkeeping.has(name) ? 2 : 1;
}
