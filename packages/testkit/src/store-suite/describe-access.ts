import type { Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { after, NOW } from "./harness.ts";

/** What `AccessStore` and `HealthStore` promise. */
export function describeAccess(open: () => Promise<Store>): void {
  describe("users and sessions", () => {
    test("a user keeps the password when it is not given again; a new one needs it", async () => {
      const store = await open();
      const user = { username: "ann", role: "admin", isActive: true } as const;
      await expect((async () => store.saveUser(user))()).rejects.toMatchObject({
        code: "input.invalid",
      });
      await store.saveUser({ ...user, passwordHash: "hash" });
      await store.saveUser({ ...user, role: "viewer" });
      expect(await store.findUser("ann")).toEqual({
        username: "ann",
        role: "viewer",
        isActive: true,
        passwordHash: "hash",
      });
      expect(await store.findUser("bob")).toBeUndefined();
    });

    test("a session ends with its time, its deletion and its user", async () => {
      const store = await open();
      const user = { username: "ann", role: "editor", isActive: true } as const;
      await store.saveUser({ ...user, passwordHash: "hash" });
      await store.saveSession({ tokenHash: "t1", username: "ann", expiresAt: after(10) }, NOW);
      expect(await store.findSession("t1", NOW)).toEqual(user);
      expect(await store.findSession("t1", after(10))).toBeUndefined();
      expect(await store.findSession("t2", NOW)).toBeUndefined();
      await store.saveUser({ ...user, isActive: false });
      expect(await store.findSession("t1", NOW)).toBeUndefined();
      await store.saveUser(user);
      await store.deleteSession("t1");
      expect(await store.findSession("t1", NOW)).toBeUndefined();
    });
  });

  test("sessions that are over are forgotten when another begins", async () => {
    const store = await open();
    await store.saveUser({ username: "ann", role: "viewer", isActive: true, passwordHash: "hash" });
    const session = { username: "ann", expiresAt: after(10) };
    await store.saveSession({ ...session, tokenHash: "short" }, NOW);
    await store.saveSession({ ...session, tokenHash: "long", expiresAt: after(20) }, NOW);
    await store.saveSession({ ...session, tokenHash: "next", expiresAt: after(30) }, after(10));
    // Asked at a moment at which all three would be valid still.
    expect(await store.findSession("short", NOW)).toBeUndefined();
    expect(await store.findSession("long", NOW)).toMatchObject({ username: "ann" });
    expect(await store.findSession("next", NOW)).toMatchObject({ username: "ann" });
  });

  describe("audit", () => {
    test("is listed newest first and filtered", async () => {
      const store = await open();
      const entry = { actor: "ann", dagId: "x", runId: null, taskId: null, extra: { to: [1] } };
      await store.saveAudit({ ...entry, at: NOW, event: "pause" });
      await store.saveAudit({ ...entry, at: after(1), event: "trigger", runId: "r", taskId: "t" });
      await store.saveAudit({ ...entry, at: after(2), event: "login", dagId: null });
      const events = async (filter: Parameters<Store["listAudit"]>[0]) =>
        (await store.listAudit(filter, { limit: 10, offset: 0 })).items.map(({ event }) => event);
      expect(await events({})).toEqual(["login", "trigger", "pause"]);
      expect(await events({ dagId: "x" })).toEqual(["trigger", "pause"]);
      expect(await events({ runId: "r", taskId: "t", event: "trigger" })).toEqual(["trigger"]);
      expect(await events({ dagIdPattern: "X" })).toEqual(["trigger", "pause"]);
      expect(await events({ eventPattern: "log|paus" })).toEqual(["login", "pause"]);
      expect(await events({ actorPattern: "an", eventPattern: "tr" })).toEqual(["trigger"]);
      expect(await events({ actorPattern: "bob" })).toEqual([]);
      expect(
        (await store.listAudit({ event: "pause" }, { limit: 1, offset: 0 })).items[0],
      ).toMatchObject({ ...entry, at: NOW });
    });
  });

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
