/**
 * How large a checked expression is once everything it shares is written out.
 *
 * A `let` name, the left side of `in` with a list, or the subject of `occurs` stands in several places of what closures
 * and SQL are made of. Parts that share parts double with each level, so a short text could ask for a program that no
 * memory holds.
 */
import { childrenOf } from './children.ts';
import type { Expression } from './expression.ts';

/** Bounds on checked expressions; what exceeds one is reported as `limit/too-large`. */
export const checkLimits = {
  /** Parts of an expression with all that is shared counted wherever it stands. */
  expandedSizeMax: 25_000,
  /** Parts inside one another; a variable of a query counts four, a step of a chain one. */
  expandedHeightMax: 512,
} as const;

interface Extent {
  readonly size: number;
  readonly height: number;
}

/** Measures expressions from the inside out; each part is looked at once, however often it is shared. */
export class ExtentMeter {
  readonly #known = new WeakMap<Expression, Extent>();

  /** Whether the expression keeps within `checkLimits`. */
  fits(expression: Expression): boolean {
    const { size, height } = this.#extentOf(expression);
    return size <= checkLimits.expandedSizeMax && height <= checkLimits.expandedHeightMax;
  }

  #extentOf(expression: Expression): Extent {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    let size = ownSize(expression);
    let height = 0;
    for (const [index, child] of childrenOf(expression).entries()) {
      const inner = this.#extentOf(child);
      size += inner.size * repetitions(expression, index);
      height = Math.max(height, inner.height);
    }
    const extent = { size, height: height + ownHeight(expression) };
    this.#known.set(expression, extent);
    return extent;
  }
}

/** A list of constants counts by its items. */
function ownSize(expression: Expression): number {
  return expression.kind === 'constant' && Array.isArray(expression.value) ? 1 + expression.value.length : 1;
}

/** How often a child stands in the SQL of its parent, at most. */
function repetitions(parent: Expression, index: number): number {
  // Two directions with two bounds each, or two units that are compared.
  if (parent.kind === 'occurs') return 4;
  return parent.kind === 'call' && index === 0 ? Math.max(1, parent.arguments.length - 1) : 1;
}

/** A generator is a loop, its condition and two blocks inside the one before it; a step of a sequence holds all earlier ones. */
function ownHeight(expression: Expression): number {
  switch (expression.kind) {
    case 'reduce':
    case 'collect':
    case 'slice':
    case 'map':
      return 1 + 4 * expression.generators.length;
    case 'sequence':
      return 1 + expression.steps.length;
    default:
      return 1;
  }
}
