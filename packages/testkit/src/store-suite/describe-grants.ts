import {
  type AccessStore,
  type DagSpec,
  GRANT_ROLES,
  type Grant,
  type GrantStore,
  judgeDagAccess,
} from "@airloom/core";
import { describe, expect, test } from "vitest";
import { buildDag, buildTask } from "../builders.ts";
import { NOW } from "./harness.ts";

/** An empty store of grants, with a way to put users and Dags beside it. */
export interface GrantHarness {
  readonly store: GrantStore & Pick<AccessStore, "createUser">;
  readonly addDag: (spec: DagSpec) => Promise<void>;
}

/** What `GrantStore` promises. `open` gives an empty store each time. */
export function describeGrantStore(adapterName: string, open: () => Promise<GrantHarness>): void {
  describe(`${adapterName}: grants`, () => {
    describeSaving(open);
    describeLabels(open);
  });
}

async function openWithUsers(open: () => Promise<GrantHarness>): Promise<GrantHarness> {
  const harness = await open();
  for (const username of ["ann", "bob"]) {
    const user = { username, role: "viewer", isActive: true, passwordHash: "" } as const;
    await harness.store.createUser(user, NOW);
  }
  return harness;
}

function describeSaving(open: () => Promise<GrantHarness>): void {
  test("are the user's own, one for each name of Dags, of which the last one saved holds", async () => {
    const { store } = await openWithUsers(open);
    expect(await store.loadGrants("ann")).toEqual([]);
    for (const role of GRANT_ROLES) await store.saveGrant("ann", { dags: "sales", role });
    await store.saveGrant("ann", { dags: "tag:ops", role: "none" });
    await store.saveGrant("bob", { dags: "sales", role: "viewer" });
    expect(await store.loadGrants("ann")).toEqual([
      { dags: "sales", role: "admin" },
      { dags: "tag:ops", role: "none" },
    ]);
    expect(await store.loadGrants("bob")).toEqual([{ dags: "sales", role: "viewer" }]);
  });

  test("saved at once for one name are one, of one of the roles", async () => {
    const { store } = await openWithUsers(open);
    await Promise.all(GRANT_ROLES.map((role) => store.saveGrant("ann", { dags: "*", role })));
    const grants = await store.loadGrants("ann");
    expect(grants).toHaveLength(1);
    expect(GRANT_ROLES).toContain(grants[0]?.role);
  });

  test("keep names to the letter: patterns match nothing here, whatever they are made of", async () => {
    const { store } = await openWithUsers(open);
    const names = ["*", "a*", "a%", "a_", "A*", "tag:a", "tag:A", "it's", 'say "a"', "ünï"];
    for (const dags of names) await store.saveGrant("ann", { dags, role: "viewer" });
    const saved = async (): Promise<readonly string[]> =>
      (await store.loadGrants("ann")).map(({ dags }) => dags);
    expect(new Set(await saved())).toEqual(new Set(names));
    expect(await store.deleteGrant("ann", "a*")).toBe(true);
    expect(new Set(await saved())).toEqual(new Set(names.filter((name) => name !== "a*")));
  });

  test("are taken away one at a time, from the one user alone, and once", async () => {
    const { store } = await openWithUsers(open);
    const grant: Grant = { dags: "sales", role: "editor" };
    for (const username of ["ann", "bob"]) await store.saveGrant(username, grant);
    expect(await store.deleteGrant("ann", "sales")).toBe(true);
    expect(await store.deleteGrant("ann", "sales")).toBe(false);
    expect(await store.deleteGrant("nobody", "sales")).toBe(false);
    expect([await store.loadGrants("ann"), await store.loadGrants("bob")]).toEqual([[], [grant]]);
  });

  test("are for users that are there alone: for another name nothing is kept", async () => {
    const { store } = await openWithUsers(open);
    for (const username of ["cid", "Ann", ""]) {
      await expect(store.saveGrant(username, { dags: "*", role: "admin" })).rejects.toMatchObject({
        code: "user.not_found",
      });
      expect(await store.loadGrants(username)).toEqual([]);
    }
    const user = { username: "cid", role: "viewer", isActive: true, passwordHash: "" } as const;
    await store.createUser(user, NOW);
    expect(await store.loadGrants("cid")).toEqual([]);
  });
}

function describeLabels(open: () => Promise<GrantHarness>): void {
  test("are judged by the tags that every Dag has now, with its file", async () => {
    const { store, addDag } = await openWithUsers(open);
    const dagOf = (id: string, tags: readonly string[]): DagSpec =>
      buildDag(id, [buildTask("t")], { tags });
    expect(await store.loadDagLabels()).toEqual([]);
    await addDag(dagOf("sales", ["finance", "daily"]));
    await addDag(dagOf("ops", []));
    expect(await store.loadDagLabels()).toEqual([
      { dagId: "ops", tags: [], file: "ops.ts" },
      { dagId: "sales", tags: ["finance", "daily"], file: "sales.ts" },
    ]);

    await store.saveGrant("ann", { dags: "tag:finance", role: "none" });
    const roleOf = async (dagId: string): Promise<string> => {
      const grants = await store.loadGrants("ann");
      const label = (await store.loadDagLabels()).find((one) => one.dagId === dagId);
      return judgeDagAccess({ role: "viewer", grants }, label ?? { dagId, tags: [] });
    };
    expect([await roleOf("sales"), await roleOf("ops")]).toEqual(["none", "viewer"]);
    await addDag(dagOf("ops", ["finance"]));
    await addDag(dagOf("sales", []));
    expect([await roleOf("sales"), await roleOf("ops")]).toEqual(["viewer", "none"]);
  });
}
