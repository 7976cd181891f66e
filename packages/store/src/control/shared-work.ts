/** Work that is done once for all who ask for it while it is going on. */
export class SharedWork<Result> {
  readonly #running = new Map<string, Promise<Result>>();

  /** The outcome of `work`, or of the same work that was begun under this key and has not ended. */
  run(key: string, work: () => Promise<Result>): Promise<Result> {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const begun = work().finally(() => this.#running.delete(key));
    this.#running.set(key, begun);
    return begun;
  }
}
