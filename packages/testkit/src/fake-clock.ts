import type { Clock } from "@airloom/core";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();

  constructor(start: Date | string = "2026-01-01T00:00:00Z") {
    this.#now = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  schedule(at: Date, callback: () => void): () => void {
    this.#order += 1;
    const timer = { at: at.getTime(), order: this.#order, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The earliest instant somebody waits for. */
  get nextAt(): Date | undefined {
    const timer = this.#next();
    return timer === undefined ? undefined : new Date(Math.max(timer.at, this.#now));
  }

  /** Moves on, calling back all that falls due on the way, in order of time. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let timer = this.#next(); timer !== undefined && timer.at <= end; timer = this.#next()) {
      this.#now = Math.max(this.#now, timer.at);
      this.#timers.delete(timer);
      timer.callback();
    }
    this.#now = end;
  }

  /** Moves on to the next instant somebody waits for; false when nobody waits. */
  advanceToNext(): boolean {
    const { nextAt } = this;
    if (nextAt === undefined) return false;
    this.advance(nextAt.getTime() - this.#now);
    return true;
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        next === undefined ||
        timer.at < next.at ||
        (timer.at === next.at && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}
