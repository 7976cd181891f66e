/** Work that is repeated until it is stopped. */
export interface Repetition {
  /** Ends the repetition, and resolves when work under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does `work` now, and again `pauseMs` after it has ended, never twice at once. Work that fails is told to `onError` and
 * repeated all the same. Does not keep the process alive.
 */
export function repeat(work: () => Promise<unknown>, pauseMs: number, onError: (error: unknown) => void): Repetition {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running = Promise.resolve();
  const next = (): void => {
    running = work()
      .catch(onError)
      .then(() => {
        if (isStopped) return;
        timer = setTimeout(next, pauseMs);
        timer.unref();
      });
  };
  next();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
}
