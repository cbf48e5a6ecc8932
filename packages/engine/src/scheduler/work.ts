/** Counts what is under way, so that others can wait until nothing is. */
export class Work {
  #count = 0;
  #waiting: (() => void)[] = [];

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  /** Counts an asynchronous piece of work while it is under way; `onError` hears of its failure. */
  run(piece: () => Promise<void>, onError: (error: unknown) => void): void {
    this.begin();
    piece()
      .catch(onError)
      .finally(() => this.end());
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    return promise;
  }
}
