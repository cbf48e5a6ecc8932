import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/**
 * Lists a project with dbt Core and with this engine, for one selection after the other, and compares exit
 * codes and lines: `node packages/dbt/conformance/selection.ts <dbt executable> <project>`.
 *
 * The selections are written for the flights example.
 */
const SELECTIONS: readonly (readonly string[])[] = [
  [],
  ["-s", "fct_daily_delays"],
  ["-s", "stg_flights+"],
  ["-s", "+fct_daily_delays"],
  ["-s", "+fct_daily_delays+"],
  ["-s", "1+fct_daily_delays"],
  ["-s", "2+fct_daily_delays"],
  ["-s", "stg_flights+1"],
  ["-s", "1+int_flights_enriched+1"],
  ["-s", "0+stg_flights+0"],
  ["-s", "@stg_airports"],
  ["-s", "@int_flight_delays"],
  ["-s", "@snap_airports"],
  ["-s", "tag:hourly"],
  ["-s", "tag:hourly+"],
  ["-s", "tag:h*"],
  ["-s", "tag:nothing"],
  ["-s", "path:models/marts"],
  ["-s", "path:models/staging/stg_flights.sql"],
  ["-s", "models/intermediate"],
  ["-s", "path:models/*/*.sql"],
  ["-s", "file:stg_flights.sql"],
  ["-s", "file:stg_flights"],
  ["-s", "stg_airports.sql"],
  ["-s", "fqn:flights.staging"],
  ["-s", "fqn:flights.staging.*"],
  ["-s", "flights.marts"],
  ["-s", "staging"],
  ["-s", "*_flights*"],
  ["-s", "package:flights"],
  ["-s", "package:this"],
  ["-s", "package:other"],
  ["-s", "source:*"],
  ["-s", "source:raw"],
  ["-s", "source:raw.flights+"],
  ["-s", "source:flights.raw.flights"],
  ["-s", "resource_type:seed"],
  ["-s", "resource_type:test", "--exclude", "test_type:generic"],
  ["-s", "resource_type:model,tag:hourly"],
  ["-s", "config.materialized:view"],
  ["-s", "config.materialized:incremental+"],
  ["-s", "config.schema:marts"],
  ["-s", "config.tags:hourly"],
  ["-s", "test_name:unique"],
  ["-s", "test_type:singular"],
  ["-s", "stg_flights+,tag:hourly"],
  ["-s", "stg_flights stg_airports"],
  ["-s", "stg_flights", "stg_airports+"],
  ["-s", "tag:hourly", "--exclude", "stg_flights"],
  ["-s", "tag:hourly", "--exclude", "1+int_flights_enriched"],
  ["--exclude", "resource_type:test"],
  ["--exclude", "stg_flights+1"],
  ["-s", "stg_flights+", "--indirect-selection", "cautious"],
  ["-s", "stg_flights", "--indirect-selection", "buildable"],
  ["-s", "stg_flights", "--indirect-selection", "empty"],
  ["--resource-type", "seed"],
  ["--resource-type", "model", "snapshot", "-s", "+mart_delay_features"],
  ["--exclude-resource-type", "test"],
  ["-s", "exposure:*"],
  ["-s", "metric:any"],
  ["-s", "unit_test:any"],
  ["-s", "semantic_model:any"],
  ["-s", "saved_query:any"],
  ["-s", "group:any"],
  ["-s", "access:protected"],
  ["-s", "version:none"],
  ["-s", "nosuchmethod:x"],
  ["-s", "state:modified"],
  ["-s", "@stg_flights+"],
  ["--selector", "nightly"],
  ["--no-such-option"],
];

interface Listing {
  readonly exitCode: number | null;
  readonly lines: readonly string[];
  /** The last line that was said about a refusal. */
  readonly said: string;
}

// dbt Core takes seconds to start, so that one process of it answers every selection. Its exit code is 2
// for what it could not do at all, as dbt documents it.
const ASK_CORE = `
import json, sys
from dbt.cli.main import dbtRunner
answers = []
for selection in json.load(sys.stdin):
    result = dbtRunner().invoke(["--quiet", "ls", *selection])
    code = 0 if result.success else 1 if result.exception is None else 2
    lines = [str(line) for line in result.result or []] if result.success else []
    answers.append({"exitCode": code, "lines": lines, "said": str(result.exception or "").strip()})
json.dump(answers, open("answers.json", "w"))
`;

function environmentOf(folder: string): NodeJS.ProcessEnv {
  return { ...process.env, AIRLOOM_PROJECT_DIR: folder, DBT_PROFILES_DIR: folder };
}

function isListings(value: unknown): value is readonly Listing[] {
  return Array.isArray(value) && value.length === SELECTIONS.length;
}

function askCore(folder: string, dbt: string): readonly Listing[] {
  const { status } = spawnSync(join(dirname(dbt), "python"), ["-c", ASK_CORE], {
    cwd: folder,
    env: environmentOf(folder),
    input: JSON.stringify(SELECTIONS),
    stdio: ["pipe", "ignore", "inherit"],
  });
  const answers: unknown =
    status === 0 ? JSON.parse(readFileSync(join(folder, "answers.json"), "utf8")) : undefined;
  if (isListings(answers)) return answers;
  throw new Error(`Cannot list with ${dbt}: expected dbt Core in a virtual environment`);
}

function askOurs(folder: string, selection: readonly string[]): Listing {
  const engine = resolve(import.meta.dirname, "../src/main.ts");
  const { status, stdout } = spawnSync(process.execPath, [engine, "ls", "--quiet", ...selection], {
    cwd: folder,
    encoding: "utf8",
    env: environmentOf(folder),
  });
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { exitCode: status, lines: status === 0 ? lines : [], said: lines.at(-1) ?? "" };
}

function describeDifference(core: Listing, own: Listing): string | undefined {
  if (core.exitCode !== own.exitCode) {
    return `exit code ${core.exitCode} of dbt Core, ${own.exitCode} of ours`;
  }
  const different = [...new Set(core.lines).symmetricDifference(new Set(own.lines))];
  return different.length === 0 ? undefined : `only on one side: ${different.join(", ")}`;
}

function main(): number {
  const [dbt, project] = process.argv.slice(2);
  if (dbt === undefined || project === undefined) {
    console.error("Usage: selection.ts <dbt executable> <project>");
    return 2;
  }
  const folder = join(mkdtempSync(join(tmpdir(), "dbt-selection-")), "project");
  cpSync(resolve(project), folder, { recursive: true });
  let different = 0;
  for (const [at, core] of askCore(folder, dbt).entries()) {
    const selection = SELECTIONS[at] ?? [];
    const own = askOurs(folder, selection);
    const difference = describeDifference(core, own);
    if (difference !== undefined) different += 1;
    const mark = difference === undefined ? "same" : "DIFF";
    console.log(`${mark} ls ${selection.join(" ")}: ${core.lines.length} lines`);
    if (difference !== undefined) console.log(`     ${difference}`);
    if (core.exitCode !== 0) console.log(`     ${core.said}\n     ${own.said}`);
  }
  console.log(`${SELECTIONS.length} selections, ${different} differ`);
  rmSync(resolve(folder, ".."), { recursive: true, force: true });
  return different === 0 ? 0 : 1;
}

process.exitCode = main();
