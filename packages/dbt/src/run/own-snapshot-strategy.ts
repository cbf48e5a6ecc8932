import { NO_KWARGS, PyDict, type Value } from "@airloom/jinja";
import type { MacroEntry } from "../context/macro-registry.ts";
import { DbtError } from "../error.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { itemsOf, renderText, toValue } from "../template/values.ts";
import type { NodeRun } from "./node-run.ts";

/** How a snapshot finds out which rows have changed, as SQL. */
export interface SnapshotStrategy {
  readonly keys: readonly string[];
  readonly updatedAt: string;
  readonly rowChanged: string;
  readonly scdId: string;
  /** What is done about rows that are gone; the snapshot's config says so when it is not given. */
  readonly hardDeletes: string | undefined;
}

// As in dbt, a strategy is looked for among the macros that the snapshot sees, or in the package before its dot.
function findStrategy(run: NodeRun, name: string): MacroEntry | undefined {
  const { registry } = run.context.workspace;
  const dot = name.indexOf(".");
  const macro = `snapshot_${name.slice(dot + 1)}_strategy`;
  return dot === -1
    ? registry.resolve(macro, run.node.package_name)
    : registry.find(name.slice(0, dot), macro);
}

function textFrom(answer: PyDict, macro: string, key: string): string {
  const value = answer.get(key);
  if (value !== undefined && value !== null) return renderText(value);
  throw new DbtError(
    "Compilation",
    `Cannot use what the macro "${macro}" returned: it has no "${key}"; expected unique_key, updated_at, row_changed and scd_id`,
  );
}

function hardDeletesFrom(answer: PyDict): string | undefined {
  const value = answer.get("hard_deletes");
  if (value !== undefined && value !== null) return renderText(value);
  return answer.get("invalidate_hard_deletes") === true ? "invalidate" : undefined;
}

async function callStrategy(run: NodeRun, entry: MacroEntry, exists: boolean): Promise<Value> {
  const config = toValue(run.node.config);
  const model = run.context.get("model") ?? null;
  const args = [model, "snapshotted_data", "source_data", config, exists];
  try {
    return await run.context.bind(entry).call(args, NO_KWARGS);
  } catch (error) {
    throw templateFailure(error);
  }
}

/** What the macro `snapshot_<name>_strategy` of a project or package says; `undefined` without one. */
export async function askOwnStrategy(
  run: NodeRun,
  name: string,
  exists: boolean,
): Promise<SnapshotStrategy | undefined> {
  const entry = findStrategy(run, name);
  if (entry === undefined) return undefined;
  const answer = await callStrategy(run, entry, exists);
  if (!(answer instanceof PyDict)) {
    throw new DbtError(
      "Compilation",
      `Cannot use what the macro "${entry.name}" returned: expected a mapping with unique_key, updated_at, row_changed and scd_id`,
    );
  }
  const key = answer.get("unique_key") ?? null;
  return {
    keys: typeof key === "string" ? [key] : itemsOf(key).map(renderText),
    updatedAt: textFrom(answer, entry.name, "updated_at"),
    rowChanged: textFrom(answer, entry.name, "row_changed"),
    scdId: textFrom(answer, entry.name, "scd_id"),
    hardDeletes: hardDeletesFrom(answer),
  };
}
