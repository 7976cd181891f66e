/** Rows of a bench as an aligned table. */
import type { Row } from './measure.ts';

const units: Readonly<Record<Row['measure'], string>> = {
  time: ' ×',
  throughput: ' ×',
  seconds: ' s',
  milliseconds: ' ms',
};

/** The table as text, without a line end. */
export function renderTable(rows: readonly Row[]): string {
  const lines = [
    ['what', 'measured', 'bar', '', 'detail'],
    ...rows.map(({ name, ratio, measure, bar, isMet, detail }) => [
      name,
      `${ratio.toFixed(2)}${units[measure]}`,
      bar,
      bar === 'none' ? '' : isMet ? 'met' : 'MISSED',
      detail,
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
