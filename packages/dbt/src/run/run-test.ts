import type { Value } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import { textOf } from "../json.ts";
import { isTruthy, toValue } from "../template/values.ts";
import { inTransaction, macroText, type NodeOutcome, type NodeRun } from "./node-run.ts";
import { dropExisting } from "./replace-relation.ts";

async function storeFailures(run: NodeRun, query: string): Promise<string> {
  const type = textOf(run.node.config["store_failures_as"]) === "view" ? "view" : "table";
  const target = run.relation.with({ type });
  const existing = run.relations.find(target);
  const macro = type === "view" ? "get_create_view_as_sql" : "get_create_table_as_sql";
  const args: readonly Value[] = type === "view" ? [target, query] : [false, target, query];
  await inTransaction(run, async () => {
    if (existing !== undefined) await dropExisting(run, existing);
    await run.execute(await macroText(run, macro, args));
  });
  run.relations.add(target);
  return `select * from ${target.render()}`;
}

function asFlag(value: Value | undefined): boolean {
  return value !== undefined && isTruthy(value);
}

function plural(count: number): string {
  return `${count} result${count === 1 ? "" : "s"}`;
}

function judge(
  run: NodeRun,
  failures: number,
  shouldWarn: boolean,
  shouldError: boolean,
): NodeOutcome {
  const { config } = run.node;
  const severity = (textOf(config["severity"]) ?? "ERROR").toUpperCase();
  const base = { failures, response: { _message: "OK" } };
  if (severity === "ERROR" && shouldError) {
    const message = `Got ${plural(failures)}, configured to fail if ${textOf(config["error_if"]) ?? "!= 0"}`;
    return { ...base, status: "fail", message };
  }
  if (shouldWarn) {
    const message = `Got ${plural(failures)}, configured to warn if ${textOf(config["warn_if"]) ?? "!= 0"}`;
    const isError = run.context.workspace.flags["WARN_ERROR"] === true;
    return { ...base, status: isError ? "fail" : "warn", message };
  }
  return { ...base, status: "pass", message: null, failures: 0 };
}

/** Runs a data test: counts the rows its query finds and judges the count by the test's config. */
export async function runTest(run: NodeRun): Promise<NodeOutcome> {
  const { config } = run.node;
  const query = await macroText(run, "get_limit_subquery_sql", [
    run.compiledCode,
    toValue(config["limit"]),
  ]);
  const isStored = isTruthy(await run.context.call("should_store_failures", []));
  const main = isStored ? await storeFailures(run, query) : query;
  const sql = await macroText(run, "get_test_sql", [
    main,
    toValue(config["fail_calc"]),
    toValue(config["warn_if"]),
    toValue(config["error_if"]),
    null,
  ]);
  if (!isStored) run.context.workspace.log(sql, false);
  const { table } = await run.session.query(sql);
  const [row] = table.rows;
  if (row === undefined || table.rows.length !== 1 || row.length !== 3) {
    throw new DbtError(
      "Internal",
      `Test ${run.node.unique_id} answered ${table.rows.length} rows, expected one`,
    );
  }
  const [failures, shouldWarn, shouldError] = row;
  return judge(run, Number(failures ?? 0), asFlag(shouldWarn), asFlag(shouldError));
}
