import type { Clock } from "@airloom/core";

/** Named timers on one clock: each name waits for at most one instant. */
export class Timers {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  #isClosed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back at `at`, unless the name waits for an earlier instant already. */
  atLatest(name: string, at: Date, callback: () => void): void {
    const known = this.#waiting.get(name);
    if (this.#isClosed || (known !== undefined && known.at <= at.getTime())) return;
    known?.cancel();
    const cancel = this.#clock.schedule(at, () => {
      this.#waiting.delete(name);
      callback();
    });
    this.#waiting.set(name, { at: at.getTime(), cancel });
  }

  /** Calls back again and again. */
  every(name: string, periodMs: number, callback: () => void): void {
    const at = new Date(this.#clock.now().getTime() + periodMs);
    this.atLatest(name, at, () => {
      callback();
      this.every(name, periodMs, callback);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const { cancel } of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }
}
