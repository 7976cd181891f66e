/** Mutual exclusion by name inside this process, first come, first served. */
export class NamedMutex {
  // INVARIANT: a name is here while someone holds or awaits it; the promise settles when its last user is done.
  readonly #tails = new Map<string, Promise<void>>();

  /** Runs `work` when all earlier calls with this name have ended, however they ended. */
  async run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#tails.get(name) ?? Promise.resolve();
    const mine = Promise.withResolvers<void>();
    const tail = before.then(() => mine.promise);
    this.#tails.set(name, tail);
    await before;
    try {
      return await work();
    } finally {
      mine.resolve();
      if (this.#tails.get(name) === tail) this.#tails.delete(name);
    }
  }
}
