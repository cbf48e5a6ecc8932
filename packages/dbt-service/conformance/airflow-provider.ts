import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isRecord, readRecord } from "@airloom/dbt-cloud/contract";
import { openLocalCertificate } from "@airloom/dbt-service";
import { openTestService } from "../src/fixtures/open-test-service.ts";

/**
 * Runs Airflow's own dbt Cloud provider, unchanged, against the job service over HTTPS.
 *
 * Usage: `node packages/dbt-service/conformance/airflow-provider.ts <python of an environment with the provider>`.
 */
async function main(python: string): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), "conformance-"));
  const { cert, key, caFile } = await openLocalCertificate({ dir: home, hosts: [] });
  const service = await openTestService({ tls: { cert, key }, host: "127.0.0.1" });
  const breakFile = join(home, "break");
  await service.script({
    nodes: [
      { name: "raw_orders", type: "seed" },
      { name: "orders", type: "model", failsWhile: breakFile },
    ],
    pauseMs: 300,
  });
  const { host } = new URL(service.url);
  const output = await run(python, {
    AIRFLOW_HOME: home,
    AIRFLOW_CONN_DBT_CLOUD_DEFAULT: JSON.stringify({
      conn_type: "dbt_cloud",
      host,
      login: "16173",
      password: service.token,
    }),
    REQUESTS_CA_BUNDLE: caFile,
    SSL_CERT_FILE: caFile,
    BREAK_FILE: breakFile,
  });
  await service.close();
  await rm(home, { recursive: true, force: true });
  return report(output);
}

function run(python: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const script = fileURLToPath(new URL("./airflow_provider.py", import.meta.url));
  const child = spawn(python, [script], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: environment["AIRFLOW_HOME"] ?? "",
      ...environment,
    },
  });
  return new Promise((resolve) => {
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("close", () => resolve(output));
  });
}

function report(output: string): boolean {
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): unknown => JSON.parse(line))
    .map(readRecord);
  const checks = lines.filter((line) => "check" in line);
  for (const line of checks) {
    console.log(
      `${line["ok"] === true ? "ok  " : "FAIL"} ${String(line["check"])}: ${String(line["detail"])}`,
    );
  }
  const versions = lines.find((line) => isRecord(line["versions"]))?.["versions"];
  console.log(JSON.stringify(versions ?? "the provider ended early"));
  return versions !== undefined && checks.every((line) => line["ok"] === true);
}

const [python] = process.argv.slice(2);
if (python === undefined) {
  console.error("Give the python of an environment with apache-airflow-providers-dbt-cloud");
  process.exit(2);
}
process.exitCode = (await main(python)) ? 0 : 1;
