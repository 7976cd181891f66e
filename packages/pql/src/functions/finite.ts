/** The number, or null when it is infinite or undefined. */
export function finiteNumber(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
