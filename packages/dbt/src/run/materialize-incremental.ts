import { PyDict, type Value } from "@airloom/jinja";
import type { Column } from "../adapter/column.ts";
import { findColumns } from "../adapter/duckdb.ts";
import type { Relation } from "../adapter/relation.ts";
import { temporaryRelation } from "../builtins/name-relations.ts";
import { DbtError } from "../error.ts";
import { textOf } from "../json.ts";
import { isTruthy, toValue } from "../template/values.ts";
import {
  badConfig,
  inTransaction,
  macroText,
  type NodeOutcome,
  type NodeRun,
  SUCCESS,
} from "./node-run.ts";
import { writeComments } from "./persist-docs.ts";
import { swapIn } from "./replace-relation.ts";

interface SchemaChange {
  readonly added: readonly Column[];
  readonly removed: readonly Column[];
  readonly retyped: readonly Column[];
}

function compareColumns(source: readonly Column[], target: readonly Column[]): SchemaChange {
  const find = (columns: readonly Column[], name: string): Column | undefined =>
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase());
  return {
    added: source.filter((column) => find(target, column.name) === undefined),
    removed: target.filter((column) => find(source, column.name) === undefined),
    retyped: source.filter((column) => {
      const existing = find(target, column.name);
      return existing !== undefined && existing.dataType !== column.dataType;
    }),
  };
}

function isUnchanged(change: SchemaChange): boolean {
  return change.added.length + change.removed.length + change.retyped.length === 0;
}

function list(columns: readonly Column[]): string {
  return columns.map((column) => `${column.name} ${column.dataType}`).join(", ") || "none";
}

function refuseChange(run: NodeRun, change: SchemaChange): never {
  throw new DbtError(
    "Compilation",
    `The source and target schemas on this incremental model are out of sync: new columns ${list(change.added)}; gone columns ${list(change.removed)}; changed types ${list(change.retyped)}. Set on_schema_change to append_new_columns or sync_all_columns, or run it once with --full-refresh`,
    { place: { file: run.node.original_file_path } },
  );
}

async function alterColumns(
  run: NodeRun,
  target: Relation,
  added: readonly Column[],
  removed: readonly Column[],
): Promise<void> {
  if (added.length + removed.length === 0) return;
  await macroText(run, "alter_relation_add_remove_columns", [target, [...added], [...removed]]);
}

/** Brings the table's columns in line with the query's; answers the columns to write. */
async function adaptSchema(
  run: NodeRun,
  temporary: Relation,
  target: Relation,
): Promise<readonly Column[]> {
  const mode = textOf(run.node.config["on_schema_change"]) ?? "ignore";
  const targetColumns = await findColumns(run.session, target);
  if (mode === "ignore") return targetColumns;
  const sourceColumns = await findColumns(run.session, temporary);
  const change = compareColumns(sourceColumns, targetColumns);
  if (isUnchanged(change)) return sourceColumns;
  switch (mode) {
    case "fail":
      return refuseChange(run, change);
    case "append_new_columns":
      await alterColumns(run, target, change.added, []);
      return sourceColumns;
    case "sync_all_columns":
      await alterColumns(run, target, change.added, change.removed);
      for (const column of change.retyped) {
        await macroText(run, "alter_column_type", [target, column.name, column.dataType]);
      }
      return sourceColumns;
    default:
      throw badConfig(run.node, "on_schema_change", mode, [
        "ignore",
        "fail",
        "append_new_columns",
        "sync_all_columns",
      ]);
  }
}

function strategyMacro(run: NodeRun): string {
  const strategy = textOf(run.node.config["incremental_strategy"]) ?? "default";
  const name = `get_incremental_${strategy.replaceAll("+", "_")}_sql`;
  if (run.context.hasMacro(name)) return name;
  throw badConfig(run.node, "incremental_strategy", strategy, ["append", "delete+insert", "merge"]);
}

async function addRows(run: NodeRun, target: Relation, macro: string): Promise<void> {
  const temporary = temporaryRelation(target, "__dbt_tmp");
  await run.session.run(`drop table if exists temp.${temporary.render()}`);
  await run.execute(
    await macroText(run, "get_create_table_as_sql", [true, temporary, run.compiledCode]),
  );
  const columns = await adaptSchema(run, temporary, target);
  const predicates =
    run.node.config["incremental_predicates"] ?? run.node.config["predicates"] ?? null;
  const args: readonly (readonly [Value, Value])[] = [
    ["target_relation", target],
    ["temp_relation", temporary],
    ["unique_key", toValue(run.node.config["unique_key"])],
    ["dest_columns", [...columns]],
    ["incremental_predicates", toValue(predicates)],
  ];
  await run.execute(await macroText(run, macro, [new PyDict(args)]));
  await run.session.run(`drop table if exists temp.${temporary.render()}`);
}

async function isFullRefresh(run: NodeRun): Promise<boolean> {
  return isTruthy(await run.context.call("should_full_refresh", []));
}

/** The materialization `incremental`: a table at first, later only what is new. */
export async function materializeIncremental(run: NodeRun): Promise<NodeOutcome> {
  // At the first run already, which does not need it: a strategy nobody knows is no surprise for later.
  const macro = strategyMacro(run);
  const target = run.relation.with({ type: "table" });
  const existing = run.relations.find(target);
  const isFull = await isFullRefresh(run);
  const create = async (relation: Relation): Promise<void> =>
    run.execute(
      await macroText(run, "get_create_table_as_sql", [false, relation, run.compiledCode]),
    );
  await inTransaction(run, async () => {
    if (existing === undefined) await create(target);
    else if (existing.type === "view" || isFull) await swapIn(run, target, existing, create);
    else await addRows(run, target, macro);
    await writeComments(run, target);
  });
  run.relations.add(target);
  return SUCCESS;
}
