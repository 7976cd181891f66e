/** Text with places where it may be broken over lines: a small pretty printer. */

/** A document: text, a place to break, documents in a row, and groups that are on one line where they fit. */
export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: 'line' /** What stands there unbroken. */; readonly flat: ' ' | '' }
  | { readonly kind: 'group'; readonly content: Layout }
  | { readonly kind: 'indent'; readonly content: Layout };

/** A break that is a space on one line. */
export const line: Layout = { kind: 'line', flat: ' ' };
/** A break that is nothing on one line. */
export const softLine: Layout = { kind: 'line', flat: '' };

/** Content that is on one line where it fits, else with all its own breaks taken. */
export function group(content: Layout): Layout {
  return { kind: 'group', content };
}

/** Content whose lines after the first stand further in. */
export function indented(content: Layout): Layout {
  return { kind: 'indent', content };
}

/** The layouts with `separator` between them. */
export function joinLayouts(layouts: readonly Layout[], separator: Layout): Layout {
  return layouts.flatMap((layout, index) => (index === 0 ? [layout] : [separator, layout]));
}

interface Pending {
  readonly layout: Layout;
  readonly indent: number;
  readonly isFlat: boolean;
}

const indentWidth = 2;

/** The text of a layout with lines of at most `width` characters, where its breaks allow that. */
export function renderLayout(layout: Layout, width: number): string {
  const output: string[] = [];
  const pending: Pending[] = [{ layout, indent: 0, isFlat: false }];
  let column = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { layout: current, indent, isFlat } = next;
    if (typeof current === 'string') {
      output.push(current);
      column += current.length;
    } else if (isRow(current)) pushRow(pending, { row: current, indent, isFlat });
    else if (current.kind === 'line') {
      output.push(isFlat ? current.flat : `\n${' '.repeat(indent)}`);
      column = isFlat ? column + current.flat.length : indent;
    } else if (current.kind === 'indent')
      pending.push({ layout: current.content, indent: indent + indentWidth, isFlat });
    else {
      const fits = isFlat || fitsFlat(current.content, { pending, room: width - column });
      pending.push({ layout: current.content, indent, isFlat: fits });
    }
  }
  return output.join('');
}

function isRow(layout: Exclude<Layout, string>): layout is readonly Layout[] {
  return Array.isArray(layout);
}

function pushRow(
  pending: Pending[],
  { row, indent, isFlat }: { readonly row: readonly Layout[]; readonly indent: number; readonly isFlat: boolean },
): void {
  for (let index = row.length - 1; index >= 0; index--) {
    const layout = row[index];
    if (layout !== undefined) pending.push({ layout, indent, isFlat });
  }
}

/**
 * Whether content on one line, with what follows it up to the next break, has at most `room` characters.
 *
 * Looks at no more than `room` characters and as many layouts, so a group costs O(width).
 */
function fitsFlat(
  content: Layout,
  { pending, room }: { readonly pending: readonly Pending[]; readonly room: number },
): boolean {
  const row: Pending[] = [{ layout: content, indent: 0, isFlat: true }];
  let rest = pending.length - 1;
  let left = room;
  while (left >= 0) {
    const next = row.pop() ?? pending[rest--];
    if (next === undefined) return true;
    const { layout, isFlat } = next;
    if (typeof layout === 'string') left -= layout.length;
    else if (isRow(layout)) pushRow(row, { row: layout, indent: 0, isFlat });
    else if (layout.kind !== 'line') row.push({ layout: layout.content, indent: 0, isFlat });
    else if (!isFlat) return true;
    else left -= layout.flat.length;
  }
  return false;
}
