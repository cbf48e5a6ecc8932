import type { Clock } from "@airloom/core";

// setTimeout fires at once for a longer delay.
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The clock of the machine. Waking is allowed to be late, never early. */
export const systemClock: Clock = {
  now: () => new Date(),
  schedule(at, callback) {
    let timer: NodeJS.Timeout;
    const arm = (): void => {
      const delayMs = at.getTime() - Date.now();
      timer = setTimeout(
        () => (Date.now() < at.getTime() ? arm() : callback()),
        Math.min(Math.max(0, delayMs), LONGEST_DELAY_MS),
      );
    };
    arm();
    return () => clearTimeout(timer);
  },
};
