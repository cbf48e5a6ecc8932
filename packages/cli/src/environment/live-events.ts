import type { LiveEvent, LiveEvents, Logger } from "@airloom/core";

/** The events of one process, from whoever makes them to whoever listens. */
export function openLiveEvents(logger: Logger): LiveEvents {
  const listeners = new Map<symbol, (event: LiveEvent) => void>();
  return {
    publish(event) {
      for (const listener of listeners.values()) {
        try {
          listener(event);
        } catch (error) {
          logger.log("error", `A listener failed on a live event: ${String(error)}`);
        }
      }
    },
    subscribe(listener) {
      const subscription = Symbol("subscription");
      listeners.set(subscription, listener);
      return () => {
        listeners.delete(subscription);
      };
    },
  };
}
