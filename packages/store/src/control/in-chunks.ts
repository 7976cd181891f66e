/** Values of one `in (…)` or rows of one insert: keeps statements short and their number of parameters bounded. */
const chunkSizeMax = 500;

/** `items` in their order, in pieces of at most 500. */
export function inChunks<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const chunks: (readonly Item[])[] = [];
  for (let start = 0; start < items.length; start += chunkSizeMax)
    chunks.push(items.slice(start, start + chunkSizeMax));
  return chunks;
}
