/** Sandboxes as rows. */
import { actorId, decodeSandboxName, type Sandbox } from '@muster/audience';
import { numberOf, oneOf, textOf, textOrNullOf, timeOf } from './row.ts';

const types = ['production', 'development'] as const;
const states = ['active', 'resetting', 'deleting'] as const;

/** The sandbox in a row. */
export function decodeSandbox(row: unknown): Sandbox {
  const name = decodeSandboxName(textOf(row, 'name'));
  if (name === null) throw new Error('stored sandbox name is malformed');
  return {
    id: textOf(row, 'id'),
    name,
    title: textOrNullOf(row, 'title'),
    type: oneOf(types, row, 'type'),
    isDefault: numberOf(row, 'is_default') === 1,
    state: oneOf(states, row, 'state'),
    createdAt: timeOf(row, 'created_at'),
    version: numberOf(row, 'version'),
    change:
      textOrNullOf(row, 'modified_by') === null
        ? null
        : { by: actorId(textOf(row, 'modified_by')), at: timeOf(row, 'modified_at') },
  };
}
