import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { explainConfig } from "./config-sources.ts";
import { loadProject } from "./project.ts";

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-config-"));
  writeFileSync(join(dir, "airloom.config.json"), '{"port": 9000, "parallelism": 2}');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe("config list (U25)", () => {
  test("names what decided each setting", () => {
    const env = { AIRLOOM__PARALLELISM: "7" };
    const settings = explainConfig(loadProject(dir, env), env);
    expect(settings).toEqual(
      expect.arrayContaining([
        { key: "port", value: 9000, source: "airloom.config.json" },
        { key: "parallelism", value: 7, source: "AIRLOOM__PARALLELISM" },
        { key: "dags", value: "dags", source: "default" },
      ]),
    );
  });

  test("shows no secret", () => {
    const env = {
      DATABASE_URL: "postgresql://me:canary1@db/x?sslpassword=canary2",
      AIRLOOM_SECRET_KEYS: "k:canary3",
      AIRLOOM_CONN_DBT: "dbt-cloud://1:canary4@h",
      AIRLOOM_VAR_TOKEN: "canary5",
    };
    const settings = explainConfig(loadProject(dir, env), env);
    expect(JSON.stringify(settings)).not.toContain("canary");
    expect(settings.slice(-4)).toEqual([
      { key: "AIRLOOM_CONN_DBT", value: "***", source: "environment" },
      { key: "AIRLOOM_SECRET_KEYS", value: "***", source: "environment" },
      { key: "AIRLOOM_VAR_TOKEN", value: "***", source: "environment" },
      {
        key: "DATABASE_URL",
        value: "postgresql://me:***@db/x?sslpassword=***",
        source: "environment",
      },
    ]);
  });
});
