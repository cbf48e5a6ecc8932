import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord, readRecord } from "@airloom/dbt-cloud/contract";
import { openLocalCertificate } from "@airloom/dbt-service";
import { openTestService } from "../src/fixtures/open-test-service.ts";
import { REAL_DBT as REAL_DBT_COMMAND, SHOP, writeProject } from "../src/fixtures/real-project.ts";
import { SEED_IDS } from "../src/seed-service.ts";
import { TokenStore } from "../src/store/token-store.ts";

const AIRLOOM = fileURLToPath(new URL("../../cli/bin/airloom.js", import.meta.url));

/** The one script for which dbt is no scripted program, but the engine that builds the flights example. */
const REAL_DBT = "airflow_real_dbt.py";

/** Which scripts a client's Python runs, by the name of the client. */
const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  airflow: ["airflow_hook.py", "airflow_operators.py", "airflow_dag.py", REAL_DBT],
  dbtc: ["dbtc_client.py"],
  "dbt-jobs-as-code": ["jobs_as_code.py"],
  "dagster-dbt": ["dagster_assets.py"],
  "dbt-cloud-cli": ["dbt_cloud_cli.py"],
  "prefect-dbt": ["prefect_flows.py"],
  "dbt-mcp": ["dbt_mcp_tools.py"],
};

/** Clients that read what dbt writes: they get a project and the engine, no program that stands in for dbt. */
const ON_ENGINE = new Set(["dagster-dbt", "dbt-cloud-cli", "prefect-dbt", "dbt-mcp"]);

/** Runs clients written for dbt Cloud, unchanged, against the job service over HTTPS. */
async function main(pythons: ReadonlyMap<string, string>): Promise<boolean> {
  let isGood = true;
  for (const [client, python] of pythons) {
    for (const script of SCRIPTS[client] ?? []) {
      console.log(`\n${client}: ${script}`);
      const output =
        script === REAL_DBT
          ? await runInEnvironment(script, python)
          : await runScript(script, python, ON_ENGINE.has(client));
      isGood = report(output) && isGood;
    }
  }
  return isGood;
}

/** A service of its own for each script: none sees the runs of another. */
async function runScript(script: string, python: string, isOnEngine: boolean): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "conformance-"));
  const { cert, key, caFile } = await openLocalCertificate({ dir: home, hosts: [] });
  const service = await openTestService({
    tls: { cert, key },
    host: "127.0.0.1",
    ...(isOnEngine ? { dbtCommand: REAL_DBT_COMMAND } : {}),
  });
  if (isOnEngine) await writeProject(service, SHOP);
  const breakFile = join(home, "break");
  const gateFile = join(home, "gate");
  await writeFile(gateFile, "");
  await service.script({
    nodes: [
      { name: "raw_orders", type: "seed" },
      { name: "orders", type: "model", failsWhile: breakFile },
    ],
    gate: gateFile,
    writesCompiled: true,
  });
  const { host } = new URL(service.url);
  const administrator = await new TokenStore(service.database).create({
    accountId: SEED_IDS.account,
    name: "administrator",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
  });
  const output = await run(python, script, home, {
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: "False",
    AIRFLOW_CONN_DBT_CLOUD_DEFAULT: JSON.stringify({
      conn_type: "dbt_cloud",
      host,
      login: "16173",
      password: service.token,
    }),
    DBT_SERVICE_HOST: host,
    DBT_SERVICE_URL: service.url,
    PROJECT_DIR: service.projectDir,
    DBT_SERVICE_TOKEN: administrator.text,
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile,
    BREAK_FILE: breakFile,
    GATE_FILE: gateFile,
  });
  await service.close();
  await rm(home, { recursive: true, force: true });
  return output;
}

/** A whole environment, as a person starts it: the guide's project with 20,000 flights, over HTTPS. */
async function runInEnvironment(script: string, python: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), "conformance-"));
  const projectDir = join(home, "project");
  const airloom = (cwd: string, ...args: readonly string[]): string =>
    execFileSync(process.execPath, [AIRLOOM, ...args], {
      cwd,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  try {
    const ports = ["--port", "0", "--dbt-service-port", "0"];
    airloom(home, "quickstart", projectDir, "--small", "--tls", ...ports);
    const made = readRecord(
      JSON.parse(airloom(projectDir, "service-tokens", "create", "--json")) as unknown,
    );
    const caFile = join(projectDir, ".airloom/dbt-service/tls/ca.pem");
    return await run(python, script, home, {
      AIRFLOW_HOME: home,
      AIRFLOW__CORE__LOAD_EXAMPLES: "False",
      AIRFLOW_CONN_DBT_CLOUD_DEFAULT: JSON.stringify({
        conn_type: "dbt_cloud",
        host: new URL(String(made["tenant"])).host,
        login: "16173",
        password: made["token"],
      }),
      REQUESTS_CA_BUNDLE: caFile,
      SSL_CERT_FILE: caFile,
      PROJECT_DIR: projectDir,
    });
  } finally {
    airloom(projectDir, "dev", "kill", "--yes");
    await rm(home, { recursive: true, force: true });
  }
}

function run(
  python: string,
  script: string,
  home: string,
  environment: Readonly<Record<string, string>>,
): Promise<string> {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url))], {
    cwd: home,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      PYTHONDONTWRITEBYTECODE: "1",
      ...environment,
    },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", reject).on("close", () => resolve(output));
  });
}

/** Checks of all scripts, for the last line. A script that ended early is a failure of its own. */
const totals = { passed: 0, failed: 0 };

function report(output: string): boolean {
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): unknown => JSON.parse(line))
    .map(readRecord);
  const checks = lines.filter((line) => "check" in line);
  const good = checks.filter((line) => line["ok"] === true);
  for (const line of checks) {
    const word = line["ok"] === true ? "ok  " : "FAIL";
    console.log(`${word} ${String(line["check"])}: ${String(line["detail"])}`);
  }
  const versions = lines.find((line) => isRecord(line["versions"]))?.["versions"];
  console.log(
    `${good.length} of ${checks.length}`,
    JSON.stringify(versions ?? "the client ended early"),
  );
  totals.passed += good.length;
  totals.failed += checks.length - good.length + (versions === undefined ? 1 : 0);
  return versions !== undefined && good.length === checks.length;
}

const pythons = new Map(
  process.argv.slice(2).map((word): [string, string] => {
    const [client = "", ...python] = word.split("=");
    return [client, python.join("=")];
  }),
);
if (pythons.size === 0 || [...pythons.keys()].some((client) => !(client in SCRIPTS))) {
  console.error(`Give <client>=<python that has it>; clients: ${Object.keys(SCRIPTS).join(", ")}`);
  process.exit(2);
}
process.exitCode = (await main(pythons)) ? 0 : 1;
console.log(`${totals.passed} passed, ${totals.failed} failed`);
