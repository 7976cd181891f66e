/** Bounds on what the parser takes in; what exceeds one is reported, never a crash. */
export interface ParseLimits {
  /** UTF-16 units of text. */
  readonly textLengthMax: number;
  /** Words, symbols and literals. */
  readonly tokensMax: number;
  /** Expressions inside expressions: brackets, arguments, conditions of queries. */
  readonly nestingDepthMax: number;
  /**
   * Height of the tree, a run of the same `and` or `or` counted once. Bounds the recursion of every later stage that
   * takes such runs by `operandsOf`; long sums and long paths meet it first.
   */
  readonly treeHeightMax: number;
  /** Items of a list, entries of an object literal, arguments, steps of a chain, variables of a query. */
  readonly itemsMax: number;
  /** Diagnostics reported for one text; later ones are dropped. */
  readonly diagnosticsMax: number;
}

/** The limits that hold unless others are given. */
export const defaultParseLimits: ParseLimits = {
  textLengthMax: 65_536,
  tokensMax: 20_000,
  nestingDepthMax: 64,
  treeHeightMax: 256,
  itemsMax: 10_000,
  diagnosticsMax: 100,
};
