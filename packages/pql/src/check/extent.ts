/**
 * How large a checked expression is once everything it shares is written out.
 *
 * A `let` name, the left side of `in` with a list, or the subject of `occurs` stands in several places of what closures
 * and SQL are made of. Parts that share parts double with each level, so a short text could ask for a program that no
 * memory holds.
 */
import { childrenOf, isQuery } from './children.ts';
import type { Expression } from './expression.ts';

/** Bounds on checked expressions; what exceeds one is reported as `limit/too-large` or `limit/too-many-loops`. */
export const checkLimits = {
  /** Parts of an expression with all that is shared counted wherever it stands. */
  expandedSizeMax: 25_000,
  /** Parts inside one another; a variable of a query counts four, a step of a chain one. */
  expandedHeightMax: 512,
  /** Variables of queries, and steps of chains, inside one another: ClickHouse takes 64 lambdas. */
  loopDepthMax: 50,
} as const;

interface Extent {
  readonly size: number;
  readonly height: number;
  readonly loops: number;
}

/** Measures expressions from the inside out; each part is looked at once, however often it is shared. */
export class ExtentMeter {
  readonly #known = new WeakMap<Expression, Extent>();

  /** What is too much of the expression, by `checkLimits`; null when nothing is. */
  excessOf(expression: Expression): 'parts' | 'loops' | null {
    const { size, height, loops } = this.#extentOf(expression);
    if (loops > checkLimits.loopDepthMax) return 'loops';
    return size > checkLimits.expandedSizeMax || height > checkLimits.expandedHeightMax ? 'parts' : null;
  }

  #extentOf(expression: Expression): Extent {
    const known = this.#known.get(expression);
    if (known !== undefined) return known;
    let size = ownSize(expression);
    let height = 0;
    let loops = 0;
    for (const [index, child] of childrenOf(expression).entries()) {
      const inner = this.#extentOf(child);
      size += inner.size * repetitions(expression, index);
      height = Math.max(height, inner.height);
      loops = Math.max(loops, inner.loops);
    }
    const ownLoops = loopsOf(expression);
    const extent = { size, height: height + ownHeight(ownLoops, expression.kind), loops: loops + ownLoops };
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
  // Whether it is null, and whether it is among the others.
  return parent.kind === 'call' && index === 0 && parent.arguments.length > 2 ? 2 : 1;
}

/** Loops that an expression puts around its parts. A step of a chain holds all earlier ones. */
function loopsOf(expression: Expression): number {
  if (isQuery(expression)) return expression.generators.length;
  return expression.kind === 'sequence' ? expression.steps.length : 0;
}

/** A generator is a loop, its condition and two blocks inside the one before it. */
function ownHeight(loops: number, kind: Expression['kind']): number {
  return 1 + (kind === 'sequence' ? loops : 4 * loops);
}
