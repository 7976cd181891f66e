/** Ids: by chance, or from a seed so that a program which is run again on an empty store gets the same ones. */
import { createHash, randomUUID } from 'node:crypto';
import type { IdSource } from '@muster/audience';
import { columnText } from './column-text.ts';
import type { ControlDialect } from './dialect/control-dialect.ts';

/**
 * The UUIDs of one beginning of a seed: version 4 in form, each a digest of its place in the stream.
 *
 * Two beginnings have no id in common: 122 bits of SHA-256 differ wherever seed, beginning or place do.
 */
export function seededIds(seed: string, beginning: number): IdSource {
  let count = 0;
  return {
    uuid() {
      count += 1;
      const digest = createHash('sha256')
        .update(JSON.stringify([seed, beginning, count]))
        .digest();
      digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x40, 6);
      digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
      const hex = digest.toString('hex', 0, 16);
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
    },
  };
}

/**
 * The ids of a process. With a seed the store counts how often it was begun, durably and before the first id, so that
 * neither a restart nor a second process on the same store gives an id again.
 */
export async function openIds({ database }: ControlDialect, seed: string | null): Promise<IdSource> {
  if (seed === null) return { uuid: () => randomUUID() };
  const { starts } = await database
    .insertInto('id_streams')
    .values({ seed: columnText(seed), starts: 1 })
    .onConflict((conflict) =>
      conflict.column('seed').doUpdateSet(({ eb, ref }) => ({ starts: eb(ref('id_streams.starts'), '+', 1) })),
    )
    .returning('starts')
    .executeTakeFirstOrThrow();
  return seededIds(seed, Number(starts));
}
