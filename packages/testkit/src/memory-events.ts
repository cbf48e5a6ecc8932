import type { LiveEvent, LiveEvents } from "@airloom/core";

/** Live events that keep what was published, for tests to look at. */
export class MemoryEvents implements LiveEvents {
  readonly published: LiveEvent[] = [];
  /** What listeners threw. */
  readonly faults: unknown[] = [];
  readonly #listeners = new Map<symbol, (event: LiveEvent) => void>();

  publish(event: LiveEvent): void {
    this.published.push(event);
    for (const listener of this.#listeners.values()) {
      try {
        listener(event);
      } catch (error) {
        this.faults.push(error);
      }
    }
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    const subscription = Symbol("subscription");
    this.#listeners.set(subscription, listener);
    return () => {
      this.#listeners.delete(subscription);
    };
  }
}
