import type { LiveEvent, LiveEvents } from "@airloom/core";

/** The events of one process, from whoever makes them to whoever listens. */
export function openLiveEvents(): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners) listener(event);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
