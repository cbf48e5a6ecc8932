import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createToasts } from "./toasts.ts";

describe("createToasts()", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("a message goes by itself, but not while somebody is on it (U24)", () => {
    let isHeld = true;
    const toasts = createToasts(() => isHeld);
    toasts.show("Paused flights");
    vi.advanceTimersByTime(60_000);
    expect(toasts.get().map(({ text }) => text)).toEqual(["Paused flights"]);
    isHeld = false;
    vi.advanceTimersByTime(8_000);
    expect(toasts.get()).toEqual([]);
  });
});
