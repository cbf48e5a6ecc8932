import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { watchConnection } from "./connection.ts";

const NOW = new Date("2026-11-22T08:00:00Z");

describe("watchConnection() (U6)", () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function open(lookEveryMs?: number) {
    const server = { isUp: true, backs: 0, probes: 0 };
    const watch = watchConnection({
      probe: async () => {
        server.probes += 1;
        if (!server.isUp) throw new Error("nobody there");
      },
      now: () => new Date(),
      onBack: () => {
        server.backs += 1;
      },
      ...(lookEveryMs === undefined ? {} : { lookEveryMs }),
    });
    return { server, watch };
  }

  test("a question without an answer is no loss while the server answers others", async () => {
    const { watch } = open();
    watch.doubt();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.get()).toEqual({ kind: "up" });
  });

  test("a lost server is lost at once, is asked again, and is said to be back for a moment", async () => {
    const { server, watch } = open();
    server.isUp = false;
    watch.doubt();
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.get()).toEqual({ kind: "lost", since: NOW });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(watch.get()).toEqual({ kind: "lost", since: NOW });
    server.isUp = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(watch.get()).toEqual({ kind: "back", since: NOW });
    expect(server.backs).toBe(1);
    await vi.advanceTimersByTimeAsync(6_000);
    expect(watch.get()).toEqual({ kind: "up" });
    expect(server.backs).toBe(1);
  });

  test("a lost server is asked once a second, however many questions go without an answer", async () => {
    const { server, watch } = open();
    server.isUp = false;
    for (let second = 0; second < 10; second += 1) {
      watch.doubt();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(server.probes).toBe(11);
  });

  test("where no stream tells, the loss is seen unasked within two seconds", async () => {
    const { server, watch } = open(2_000);
    server.isUp = false;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(watch.get().kind).toBe("lost");
  });
});
