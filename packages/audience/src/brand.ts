declare const brandName: unique symbol;

/** A `Base` that cannot be mixed up with another: made only by the decoder of its name. */
export type Brand<Base, Name extends string> = Base & { readonly [brandName]: Name };
