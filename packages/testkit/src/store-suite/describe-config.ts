import type { Store } from "@airloom/core";
import { describe, expect, test } from "vitest";
import { after, NOW } from "./harness.ts";

const PAGE = { limit: 100, offset: 0 };

/** What `ConfigStore` promises of connections, variables and pools. */
export function describeConfig(
  open: (env?: Readonly<Record<string, string>>) => Promise<Store>,
): void {
  describe("connections", () => {
    const CONNECTION = {
      connectionId: "dbt_cloud_default",
      connType: "dbt_cloud",
      description: "the job service",
      host: "localhost",
      login: "1",
      password: "s3cr3t",
      schema: "main",
      port: 8443,
      extra: '{"api_token": "t0ken", "nested": {"password": "p", "path": "/x"}, "proxies": null}',
    };

    test("a task gets the secrets, a view never does", async () => {
      const store = await open();
      await store.saveConnection(CONNECTION, NOW);
      expect(await store.findConnection("dbt_cloud_default")).toEqual({
        ...CONNECTION,
        dags: null,
      });
      const view = await store.findConnectionView("dbt_cloud_default");
      expect(view).toMatchObject({
        connType: "dbt_cloud",
        host: "localhost",
        login: "1",
        port: 8443,
        hasPassword: true,
        origin: "database",
        updatedAt: NOW,
      });
      expect(view).not.toHaveProperty("password");
      expect(JSON.parse(view?.extra ?? "")).toEqual({
        api_token: "***",
        nested: { password: "***", path: "/x" },
        proxies: null,
      });
      const list = await store.listConnections({}, PAGE);
      expect(list).toEqual({ items: [view], total: 1 });
      expect(JSON.stringify(list)).not.toMatch(/s3cr3t|t0ken/u);
    });

    test("an update keeps what it leaves out, clears with null, and leaves masked values as they are", async () => {
      const store = await open();
      await store.saveConnection(CONNECTION, NOW);
      const view = await store.findConnectionView("dbt_cloud_default");
      const edited = { ...JSON.parse(view?.extra ?? ""), max_rows: 1 };
      await store.saveConnection(
        {
          connectionId: "dbt_cloud_default",
          description: "other",
          login: null,
          extra: JSON.stringify(edited),
        },
        after(1),
      );
      const saved = await store.findConnection("dbt_cloud_default");
      expect(saved).toMatchObject({ description: "other", login: null, password: "s3cr3t" });
      expect(JSON.parse(saved?.extra ?? "")).toEqual({
        api_token: "t0ken",
        nested: { password: "p", path: "/x" },
        proxies: null,
        max_rows: 1,
      });
      await store.saveConnection(
        { connectionId: "dbt_cloud_default", password: null, extra: null },
        after(2),
      );
      expect(await store.findConnectionView("dbt_cloud_default")).toMatchObject({
        hasPassword: false,
        extra: null,
        updatedAt: after(2),
      });
    });

    test("an update that moves it leaves its secrets behind, and answers which (S7)", async () => {
      const store = await open();
      expect(await store.saveConnection(CONNECTION, NOW)).toEqual([]);
      const change = { connectionId: "dbt_cloud_default", host: "evil.example" };
      expect(await store.saveConnection(change, after(1))).toEqual([
        "password",
        "extra.api_token",
        "extra.nested.password",
      ]);
      const saved = JSON.stringify(await store.findConnection("dbt_cloud_default"));
      expect(saved).not.toMatch(/s3cr3t|t0ken/u);
    });

    test("secrets are loaded for masking from wherever they are set (S10)", async () => {
      const store = await open({ AIRLOOM_CONN_ENV: "http://me:from-env@host.example" });
      await store.saveConnection(CONNECTION, NOW);
      await store.saveVariable(
        { key: "k", value: "of-variable", description: null, isSecret: true },
        NOW,
      );
      await store.saveVariable(
        { key: "o", value: "open", description: null, isSecret: false },
        NOW,
      );
      const secrets = await store.loadSecrets();
      expect(secrets).toEqual(
        expect.arrayContaining(["s3cr3t", "t0ken", "from-env", "of-variable"]),
      );
      expect(secrets).not.toContain("open");
    });

    test("extra that is no JSON is masked whole", async () => {
      const store = await open();
      await store.saveConnection({ connectionId: "x", connType: "http", extra: "token=abc" }, NOW);
      expect((await store.findConnectionView("x"))?.extra).toBe('"***"');
      expect((await store.findConnection("x"))?.extra).toBe("token=abc");
    });

    test.each([
      [{ connectionId: "x" }],
      [{ connectionId: "x", connType: "" }],
      [{ connectionId: "x", connType: "http", port: 70_000 }],
      [{ connectionId: "x", connType: "http", port: 1.5 }],
    ])("%j is refused", async (connection) => {
      const store = await open();
      await expect((async () => store.saveConnection(connection, NOW))()).rejects.toMatchObject({
        code: "connection.bad_value",
      });
      expect(await store.findConnection("x")).toBeUndefined();
    });

    test("the environment wins over the database, for tasks and in lists", async () => {
      const store = await open({
        AIRLOOM_CONN_DBT_CLOUD_DEFAULT: "dbt-cloud://70471:t0ken@cloud.example.com",
        AIRLOOM_CONN_BROKEN: "{not json",
      });
      await store.saveConnection(CONNECTION, NOW);
      await store.saveConnection({ connectionId: "in_database", connType: "http" }, NOW);
      expect(await store.findConnection("dbt_cloud_default")).toMatchObject({
        connType: "dbt_cloud",
        host: "cloud.example.com",
        login: "70471",
        password: "t0ken",
      });
      const { items, total } = await store.listConnections({}, PAGE);
      expect(items.map(({ connectionId, origin }) => [connectionId, origin])).toEqual([
        ["dbt_cloud_default", "environment"],
        ["in_database", "database"],
      ]);
      expect(total).toBe(2);
      expect(items[0]).toMatchObject({ hasPassword: true, updatedAt: null });
      expect(JSON.stringify(items)).not.toContain("t0ken");
      await expect((async () => store.findConnection("broken"))()).rejects.toMatchObject({
        code: "connection.bad_value",
      });
    });

    test("say which Dags may use them, kept by edits that say nothing of it (S3)", async () => {
      const store = await open();
      const scopeOf = async (id: string) => {
        const [found, view] = [await store.findConnection(id), await store.findConnectionView(id)];
        const { items } = await store.listConnections({ search: id }, PAGE);
        expect([view?.dags, items[0]?.dags]).toEqual([found?.dags, found?.dags]);
        return found?.dags;
      };
      const wh = { connectionId: "wh", connType: "postgres", host: "db", password: "p" };
      await store.saveConnection({ ...wh, dags: ["tag:finance", "sales_*"] }, NOW);
      expect(await scopeOf("wh")).toEqual(["sales_*", "tag:finance"]);
      await store.saveConnection({ connectionId: "wh", description: "d" }, after(1));
      expect(await scopeOf("wh")).toEqual(["sales_*", "tag:finance"]);
      expect(await store.saveConnection({ connectionId: "wh", dags: ["a"] }, after(2))).toEqual([]);
      expect(await store.findConnection("wh")).toMatchObject({ dags: ["a"], password: "p" });
      await store.saveConnection({ connectionId: "wh", dags: null }, after(3));
      expect(await scopeOf("wh")).toBeNull();
      for (const dags of [[], [""], ["a b"], ["tag:"]]) {
        await expect(
          (async () => store.saveConnection({ connectionId: "wh", dags }, after(4)))(),
        ).rejects.toMatchObject({ code: "connection.bad_value" });
      }
      await store.saveConnection({ connectionId: "wh", dags: ["a"] }, after(5));
      await store.deleteConnection("wh");
      await store.saveConnection(wh, after(6));
      expect(await scopeOf("wh")).toBeNull();
    });

    test("of the environment have the scope that is written there, in whatever case they are asked for (S3)", async () => {
      const store = await open({
        AIRLOOM_CONN_WH: '{"conn_type": "postgres", "dags": ["sales_*", "tag:finance"]}',
        AIRLOOM_CONN_API: "http://host.example/?__dags__=sales_daily,hr_*&verify=no",
        AIRLOOM_CONN_OPEN: "http://host.example",
        AIRLOOM_CONN_SLIP: '{"conn_type": "postgres", "dag": ["sales_*"]}',
      });
      for (const connectionId of ["wh", "WH"]) {
        await store.saveConnection({ connectionId, connType: "http", dags: ["other"] }, NOW);
      }
      expect((await store.findConnection("wh"))?.dags).toEqual(["sales_*", "tag:finance"]);
      expect((await store.findConnection("WH"))?.dags).toEqual(["sales_*", "tag:finance"]);
      expect(await store.findConnection("api")).toMatchObject({
        dags: ["hr_*", "sales_daily"],
        extra: '{"verify":"no"}',
      });
      expect((await store.findConnection("open"))?.dags).toBeNull();
      await expect((async () => store.findConnection("slip"))()).rejects.toThrow(/field "dag"/u);
      const { items } = await store.listConnections({}, PAGE);
      expect(items.map(({ connectionId, dags }) => [connectionId, dags])).toEqual([
        ["api", ["hr_*", "sales_daily"]],
        ["open", null],
        ["wh", ["sales_*", "tag:finance"]],
      ]);
    });

    test("are searched, ordered and deleted", async () => {
      const store = await open();
      await store.saveConnection(
        { connectionId: "pg_main", connType: "postgres", host: "db1" },
        NOW,
      );
      await store.saveConnection({ connectionId: "web", connType: "http", host: "api" }, NOW);
      const found = async (search: string) =>
        (await store.listConnections({ search }, PAGE)).items.map(
          ({ connectionId }) => connectionId,
        );
      expect(await found("G_")).toEqual(["pg_main"]);
      expect(await found("http")).toEqual(["web"]);
      expect(await store.deleteConnection("web")).toBe(true);
      expect(await store.deleteConnection("web")).toBe(false);
      expect(await store.findConnectionView("web")).toBeUndefined();
    });
  });

  describe("variables", () => {
    test("are saved, found, listed and deleted; a list never shows a secret", async () => {
      const store = await open();
      await store.saveVariable(
        { key: "plain", value: "v", description: "d", isSecret: false },
        NOW,
      );
      await store.saveVariable(
        { key: "hidden", value: "s3cr3t", description: null, isSecret: true },
        NOW,
      );
      expect(await store.findVariable("plain")).toEqual({
        key: "plain",
        value: "v",
        description: "d",
        isSecret: false,
        updatedAt: NOW,
      });
      expect((await store.findVariable("hidden"))?.value).toBe("s3cr3t");
      const { items } = await store.listVariables({}, PAGE);
      expect(items.map(({ key, value }) => [key, value])).toEqual([
        ["hidden", "***"],
        ["plain", "v"],
      ]);
      await store.saveVariable(
        { key: "hidden", value: "open", description: null, isSecret: false },
        after(1),
      );
      expect(await store.findVariable("hidden")).toMatchObject({ value: "open", isSecret: false });
      expect((await store.listVariables({ search: "HID" }, PAGE)).total).toBe(1);
      expect(await store.deleteVariable("hidden")).toBe(true);
      expect(await store.deleteVariable("hidden")).toBe(false);
      expect(await store.findVariable("hidden")).toBeUndefined();
    });

    test("the environment wins over the database", async () => {
      const store = await open({ AIRLOOM_VAR_REGION: "eu" });
      await store.saveVariable(
        { key: "region", value: "us", description: null, isSecret: false },
        NOW,
      );
      expect((await store.findVariable("region"))?.value).toBe("eu");
    });
  });

  describe("pools", () => {
    test("there is a default pool, which cannot be deleted", async () => {
      const store = await open();
      expect(await store.findPool("default_pool")).toMatchObject({ slots: 128, occupiedSlots: 0 });
      await expect((async () => store.deletePool("default_pool"))()).rejects.toMatchObject({
        code: "pool.bad_value",
      });
    });

    test("are saved, listed and deleted; a bad number of slots is refused", async () => {
      const store = await open();
      await store.savePool({ name: "p", slots: 2, description: "d", includeDeferred: true });
      await store.savePool({ name: "p", slots: -1, description: null, includeDeferred: false });
      expect((await store.listPools(PAGE)).items.map(({ name, slots }) => [name, slots])).toEqual([
        ["default_pool", 128],
        ["p", -1],
      ]);
      for (const slots of [-2, 1.5, Number.NaN, 3e9]) {
        await expect(
          (async () =>
            store.savePool({ name: "p", slots, description: null, includeDeferred: false }))(),
        ).rejects.toMatchObject({ code: "pool.bad_value" });
      }
      expect(await store.deletePool("p")).toBe(true);
      expect(await store.deletePool("p")).toBe(false);
      expect(await store.findPool("p")).toBeUndefined();
    });
  });
}
