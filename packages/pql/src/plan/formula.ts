/** How the members of an audience follow from bitmaps: set algebra over leaves that scans fill. */

/** A set of profiles as an expression over other sets. */
export type Formula =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'nobody' }
  | {
      /** The bitmap of a leaf of the same batch plan, by number. */
      readonly kind: 'leaf';
      readonly leaf: number;
    }
  | {
      /** The stored members of an audience that is not part of the batch. */
      readonly kind: 'audience';
      readonly audienceId: string;
    }
  | { readonly kind: 'not'; readonly operand: Formula }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly [Formula, ...Formula[]] };
