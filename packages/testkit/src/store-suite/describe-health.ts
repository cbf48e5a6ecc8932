import type { Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { after, NOW } from "./harness.ts";

/** What `HealthStore` promises. */
export function describeHealth(open: () => Promise<Store>): void {
  describe("health", () => {
    test("keeps the newest sign of life of each component", async () => {
      const store = await open();
      await store.ping();
      expect(await store.loadHeartbeats()).toEqual({});
      await store.saveHeartbeat("scheduler", after(5));
      await store.saveHeartbeat("scheduler", NOW);
      await store.saveHeartbeat("triggerer", NOW);
      expect(await store.loadHeartbeats()).toEqual({ scheduler: after(5), triggerer: NOW });
    });
  });
}
