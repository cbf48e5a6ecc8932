import type { AccessStore, NewSession, Role, User } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { after, NOW } from "./harness.ts";

const PAGE = { limit: 10, offset: 0 };

function userNamed(username: string, role: Role = "viewer"): User & { passwordHash: string } {
  return { username, role, isActive: true, passwordHash: `hash of ${username}` };
}

function sessionOf(
  username: string,
  tokenHash: string,
  fields: Partial<NewSession> = {},
): NewSession {
  const base = { kind: "sign_in", name: null, address: "10.0.0.1", expiresAt: after(100) } as const;
  return { username, tokenHash, ...base, ...fields };
}

/** What `AccessStore` promises. `open` gives an empty store each time. */
export function describeAccessStore(adapterName: string, open: () => Promise<AccessStore>): void {
  describe(adapterName, () => {
    describeUsers(open);
    describeSessions(open);
    describeAudit(open);
  });
}

function describeUsers(open: () => Promise<AccessStore>): void {
  describe("users", () => {
    test("a user keeps what a change does not name", async () => {
      const store = await open();
      expect(await store.createUser(userNamed("ann", "editor"), NOW)).toBe(true);
      expect(await store.changeUser("ann", { role: "viewer" })).toBe("changed");
      expect(await store.findUser("ann")).toEqual(userNamed("ann", "viewer"));
      expect(await store.findUser("bob")).toBeUndefined();
      expect(await store.changeUser("bob", { role: "admin" })).toBe("not_found");
    });

    test("two users never have names that differ in upper and lower case alone", async () => {
      const store = await open();
      const made = await Promise.all(
        ["ann", "Ann", "ANN"].map((name) => store.createUser(userNamed(name, "viewer"), NOW)),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
      expect((await store.listUsers({}, PAGE, NOW)).total).toBe(1);
    });

    test("the last active admin stays one, also when two change each other at once (S6)", async () => {
      const store = await open();
      await store.createUser(userNamed("ann", "admin"), NOW);
      expect(await store.changeUser("ann", { isActive: false })).toBe("last_admin");
      expect(await store.changeUser("ann", { role: "editor" })).toBe("last_admin");
      expect(await store.changeUser("ann", { passwordHash: "new" })).toBe("changed");

      await store.createUser(userNamed("bob", "admin"), NOW);
      await store.createUser({ ...userNamed("cid", "admin"), isActive: false }, NOW);
      const results = await Promise.all([
        store.changeUser("ann", { role: "viewer" }),
        store.changeUser("bob", { isActive: false }),
      ]);
      expect(results.toSorted()).toEqual(["changed", "last_admin"]);
      const { items } = await store.listUsers({}, PAGE, NOW);
      expect(items.filter(({ role, isActive }) => role === "admin" && isActive)).toHaveLength(1);
    });

    test("are listed by name with how often they are signed in, and found by a part of it", async () => {
      const store = await open();
      await store.createUser(userNamed("bob"), NOW);
      await store.createUser(userNamed("ann", "admin"), after(1));
      await store.saveSession(sessionOf("bob", "t1"), after(2));
      await store.saveSession(sessionOf("bob", "t2", { kind: "token", name: "ci" }), after(3));
      await store.saveSession(sessionOf("bob", "t3", { kind: "environment" }), after(3));
      const { items, total } = await store.listUsers({}, PAGE, after(4));
      expect(total).toBe(2);
      expect(items).toEqual([
        {
          username: "ann",
          role: "admin",
          isActive: true,
          createdAt: after(1),
          lastSignInAt: null,
          sessionCount: 0,
          tokenCount: 0,
        },
        {
          username: "bob",
          role: "viewer",
          isActive: true,
          createdAt: NOW,
          lastSignInAt: after(2),
          sessionCount: 1,
          tokenCount: 1,
        },
      ]);
      expect(await store.findUserView("bob", after(100))).toMatchObject({ sessionCount: 0 });
      expect(await store.findUserView("cid", NOW)).toBeUndefined();
      expect((await store.listUsers({ search: "O" }, PAGE, NOW)).items).toMatchObject([
        { username: "bob" },
      ]);
    });
  });
}

function describeSessions(open: () => Promise<AccessStore>): void {
  describe("sessions", () => {
    test("a session ends with its time, its deletion and its user", async () => {
      const store = await open();
      await store.createUser(userNamed("ann", "editor"), NOW);
      const id = await store.saveSession(sessionOf("ann", "t1", { expiresAt: after(10) }), NOW);
      expect(await store.findSession("t1", NOW)).toEqual({
        user: { username: "ann", role: "editor", isActive: true },
        session: {
          id,
          kind: "sign_in",
          username: "ann",
          name: null,
          address: "10.0.0.1",
          createdAt: NOW,
          lastUsedAt: null,
          expiresAt: after(10),
        },
      });
      expect(await store.findSession("t1", after(10))).toBeUndefined();
      expect(await store.findSession("t2", NOW)).toBeUndefined();
      await store.deleteSession("t1");
      expect(await store.findSession("t1", NOW)).toBeUndefined();
    });

    test("a deactivated user has none, also once active again (S6)", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      await store.saveSession(sessionOf("ann", "t1"), NOW);
      await store.saveSession(sessionOf("ann", "t2", { kind: "token", name: "ci" }), NOW);
      await store.saveSession(sessionOf("ann", "t3", { kind: "environment" }), NOW);
      await store.changeUser("ann", { isActive: false });
      for (const hash of ["t1", "t2", "t3"])
        expect(await store.findSession(hash, NOW)).toBeUndefined();
      expect(await store.saveSession(sessionOf("ann", "t4"), NOW)).toBeUndefined();
      await store.changeUser("ann", { isActive: true });
      for (const hash of ["t1", "t2", "t3"])
        expect(await store.findSession(hash, NOW)).toBeUndefined();
      expect(await store.saveSession(sessionOf("bob", "t5"), NOW)).toBeUndefined();
    });

    test("a new password ends all of the user's but the one that is kept (S6)", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      await store.createUser(userNamed("bob"), NOW);
      const kept = await store.saveSession(sessionOf("ann", "kept"), NOW);
      await store.saveSession(sessionOf("ann", "other"), NOW);
      await store.saveSession(sessionOf("ann", "token", { kind: "token", name: "ci" }), NOW);
      await store.saveSession(sessionOf("ann", "key", { kind: "environment" }), NOW);
      await store.saveSession(sessionOf("bob", "bobs"), NOW);
      await store.changeUser("ann", { role: "editor" });
      expect(await store.findSession("other", NOW)).toMatchObject({ user: { role: "editor" } });

      await store.changeUser("ann", { passwordHash: "new" }, { keepSessionId: kept ?? "" });
      const left = async (hash: string) => (await store.findSession(hash, NOW)) !== undefined;
      expect(await Promise.all(["kept", "other", "token", "key", "bobs"].map(left))).toEqual([
        true,
        false,
        false,
        true,
        true,
      ]);
      await store.changeUser("ann", { passwordHash: "newer" });
      expect(await left("kept")).toBe(false);
    });

    test("none begins with a password or by a session that is good no more", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      const { passwordHash } = userNamed("ann");
      const first = await store.saveSession(
        sessionOf("ann", "t1", { proof: { passwordHash } }),
        NOW,
      );
      const byFirst = { kind: "token", name: "ci", proof: { sessionId: first ?? "" } } as const;
      expect(await store.saveSession(sessionOf("ann", "t2", byFirst), NOW)).toBeDefined();
      await store.changeUser("ann", { passwordHash: "new" });
      expect(
        await store.saveSession(sessionOf("ann", "t3", { proof: { passwordHash } }), NOW),
      ).toBeUndefined();
      expect(await store.saveSession(sessionOf("ann", "t4", byFirst), NOW)).toBeUndefined();
    });

    test("those of a user are listed newest first and ended by id, environments' keys not", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      await store.createUser(userNamed("bob"), NOW);
      const first = (await store.saveSession(sessionOf("ann", "t1"), NOW)) ?? "";
      const token = { kind: "token", name: "ci" } as const;
      const second = (await store.saveSession(sessionOf("ann", "t2", token), after(1))) ?? "";
      const key =
        (await store.saveSession(sessionOf("ann", "t3", { kind: "environment" }), after(2))) ?? "";
      await store.saveSession(sessionOf("bob", "t4"), after(2));
      await store.touchSession(second, after(5));
      const { items, total } = await store.listSessions("ann", PAGE, after(6));
      expect(total).toBe(2);
      expect(items).toMatchObject([
        { id: second, kind: "token", name: "ci", lastUsedAt: after(5) },
        { id: first, kind: "sign_in", lastUsedAt: null },
      ]);
      expect((await store.listSessions("ann", PAGE, after(100))).total).toBe(0);

      expect(await store.endSession("bob", first)).toBe(false);
      expect(await store.endSession("ann", key)).toBe(false);
      expect(await store.endSession("ann", "no id")).toBe(false);
      expect(await store.endSession("ann", first)).toBe(true);
      expect(await store.endSession("ann", first)).toBe(false);
      expect(await store.endSessions("ann")).toBe(1);
      expect(await store.findSession("t3", NOW)).toBeDefined();
      expect(await store.findSession("t4", NOW)).toBeDefined();
    });

    test("tell from where a user has signed in", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      await store.saveSession(sessionOf("ann", "t1"), NOW);
      await store.saveSession(sessionOf("ann", "t2", { kind: "token", address: "10.0.0.2" }), NOW);
      expect(await store.hasSessionFrom("ann", "10.0.0.1")).toBe(true);
      expect(await store.hasSessionFrom("ann", "10.0.0.2")).toBe(false);
      expect(await store.hasSessionFrom("bob", "10.0.0.1")).toBe(false);
    });

    test("that are over are forgotten when another begins", async () => {
      const store = await open();
      await store.createUser(userNamed("ann"), NOW);
      await store.saveSession(sessionOf("ann", "short", { expiresAt: after(10) }), NOW);
      await store.saveSession(sessionOf("ann", "long", { expiresAt: after(20) }), NOW);
      await store.saveSession(sessionOf("ann", "next", { expiresAt: after(30) }), after(10));
      // Asked at a moment at which all three would be valid still.
      expect(await store.findSession("short", NOW)).toBeUndefined();
      expect(await store.findSession("long", NOW)).toBeDefined();
      expect(await store.findSession("next", NOW)).toBeDefined();
    });
  });
}

function describeAudit(open: () => Promise<AccessStore>): void {
  describe("audit", () => {
    test("is listed newest first and filtered", async () => {
      const store = await open();
      const entry = { actor: "ann", dagId: "x", runId: null, taskId: null, extra: { to: [1] } };
      await store.saveAudit({ ...entry, at: NOW, event: "pause" });
      await store.saveAudit({ ...entry, at: after(1), event: "trigger", runId: "r", taskId: "t" });
      await store.saveAudit({ ...entry, at: after(2), event: "login", dagId: null });
      const events = async (filter: Parameters<AccessStore["listAudit"]>[0]) =>
        (await store.listAudit(filter, { limit: 10, offset: 0 })).items.map(({ event }) => event);
      expect(await events({})).toEqual(["login", "trigger", "pause"]);
      expect(await events({ dagId: "x" })).toEqual(["trigger", "pause"]);
      expect(await events({ runId: "r", taskId: "t", event: "trigger" })).toEqual(["trigger"]);
      expect(await events({ dagIdPattern: "X" })).toEqual(["trigger", "pause"]);
      expect(await events({ eventPattern: "log|paus" })).toEqual(["login", "pause"]);
      expect(await events({ actorPattern: "an", eventPattern: "tr" })).toEqual(["trigger"]);
      expect(await events({ actorPattern: "bob" })).toEqual([]);
      const visibleTo = (username: string, ...dagIds: readonly string[]) =>
        events({ visibleTo: { username, dagIds } });
      expect(await visibleTo("ann", "x")).toEqual(["login", "trigger", "pause"]);
      expect(await visibleTo("bob", "x")).toEqual(["trigger", "pause"]);
      expect(await visibleTo("ann", "y")).toEqual(["login"]);
      expect(
        (await store.listAudit({ event: "pause" }, { limit: 1, offset: 0 })).items[0],
      ).toMatchObject({ ...entry, at: NOW });
    });
  });
}
