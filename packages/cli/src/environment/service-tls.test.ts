import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadProject, type Project } from "../project/project.ts";
import { type Connected, connect } from "./connect.ts";
import { trustServiceTls } from "./service-tls.ts";
import { createServiceToken } from "./service-token.ts";
import { startEnvironment } from "./start-environment.ts";
import { stopEnvironment } from "./stop-environment.ts";

let project: Project;
let connected: Connected;
beforeAll(async () => {
  const dir = mkdtempSync(join(tmpdir(), "airloom-https-"));
  const config = { dbt: "dbt", databasePort: 0, browsersUseHttps: true };
  writeFileSync(join(dir, "airloom.config.json"), JSON.stringify(config));
  mkdirSync(join(dir, "dags"));
  mkdirSync(join(dir, "dbt"));
  writeFileSync(join(dir, "dbt", "dbt_project.yml"), "name: shop\nprofile: shop\n");
  project = loadProject(dir);
  await startEnvironment(
    project,
    {
      projectDir: dir,
      port: 0,
      dbtServicePort: 0,
      host: null,
      tlsCert: null,
      tlsKey: null,
      tls: true,
    },
    { timeoutMs: 60_000, onProgress: () => undefined },
  );
  connected = connect(dir);
});
afterAll(async () => {
  await stopEnvironment(project, { graceMs: 10_000 });
  rmSync(project.dir, { recursive: true, force: true });
});

test("commands and tasks of a project trust its own authority", async () => {
  const { api, info } = connected;
  expect(info.dbtServiceUrl).toMatch(/^https:/u);
  const token = await createServiceToken(connected, { name: "https", permissionSet: "job_admin" });
  const tried = await api.testConnection({
    body: {
      connection_id: "dbt_cloud",
      conn_type: "dbt_cloud",
      host: info.dbtServiceUrl,
      login: "16173",
      password: token,
    },
  });
  expect(tried).toMatchObject({ status: true });
});

test("user code goes on trusting what it was told to trust, where that is there", () => {
  const [cert, key] = ["", ""];
  const caFile = connected.info.dbtServiceCaFile;
  const before = join(project.dir, "company.pem");
  const trustedBeside = (file: string): string => {
    const given = { NODE_EXTRA_CA_CERTS: file };
    const { NODE_EXTRA_CA_CERTS: trusted = "" } = trustServiceTls(project, given, {
      cert,
      key,
      caFile,
    });
    return readFileSync(trusted, "utf8");
  };
  const own = readFileSync(caFile ?? "", "utf8");
  expect(trustedBeside(before)).toBe(own);
  writeFileSync(before, "the company's");
  expect(trustedBeside(before)).toBe(`the company's\n${own}`);
});
