import { findColumns, findQueryColumns } from "../adapter/duckdb.ts";
import { quoteIdentifier, type Relation } from "../adapter/relation.ts";
import { temporaryRelation } from "../builtins/name-relations.ts";
import { DbtError } from "../error.ts";
import { objectOf, renderScalar, textOf, textsOf } from "../json.ts";
import {
  badConfig,
  inTransaction,
  macroText,
  type NodeOutcome,
  type NodeRun,
  SUCCESS,
} from "./node-run.ts";
import { askOwnStrategy, type SnapshotStrategy } from "./own-snapshot-strategy.ts";
import { writeComments } from "./persist-docs.ts";
import {
  type SnapshotColumns,
  type SnapshotPlan,
  writeFirstSnapshot,
  writeSnapshotChanges,
  writeSnapshotMerge,
} from "./snapshot-sql.ts";

function columnsOf(run: NodeRun): SnapshotColumns {
  const names = objectOf(run.node.config["snapshot_meta_column_names"]);
  const name = (key: string): string => textOf(names[key]) ?? key;
  return {
    validFrom: name("dbt_valid_from"),
    validTo: name("dbt_valid_to"),
    scdId: name("dbt_scd_id"),
    updatedAt: name("dbt_updated_at"),
    isDeleted: name("dbt_is_deleted"),
  };
}

function hardDeletesOf(run: NodeRun, said: string | undefined): SnapshotPlan["hardDeletes"] {
  const { config } = run.node;
  const value =
    said ??
    textOf(config["hard_deletes"]) ??
    (config["invalidate_hard_deletes"] === true ? "invalidate" : "ignore");
  if (value === "ignore" || value === "invalidate" || value === "new_record") return value;
  throw badConfig(run.node, "hard_deletes", value, ["ignore", "invalidate", "new_record"]);
}

function required(run: NodeRun, key: string): string {
  const value = textOf(run.node.config[key]);
  if (value !== undefined) return value;
  throw new DbtError("Compilation", `Snapshot ${run.node.unique_id} needs the config "${key}"`, {
    place: { file: run.node.original_file_path },
  });
}

async function checkedColumns(
  run: NodeRun,
  existing: Relation | undefined,
): Promise<readonly string[] | "all new"> {
  if (existing === undefined) return [];
  const wanted = run.node.config["check_cols"];
  const query = (await findQueryColumns(run.session, run.compiledCode)).map(
    (column) => column.name,
  );
  const known = new Set(
    (await findColumns(run.session, existing)).map((column) => column.name.toLowerCase()),
  );
  const names = wanted === "all" ? query : textsOf(wanted);
  if (names.length === 0)
    throw badConfig(run.node, "check_cols", renderScalar(wanted), ["all", "a list of columns"]);
  const queried = new Set(query.map((name) => name.toLowerCase()));
  const wrong = names.find((name) => !queried.has(name.toLowerCase()));
  if (wrong !== undefined) throw badConfig(run.node, "check_cols", wrong, query);
  if (names.some((name) => !known.has(name.toLowerCase()))) return "all new";
  return names;
}

function isDifferent(name: string): string {
  const column = quoteIdentifier(name);
  return `snapshotted_data.${column} is distinct from source_data.${column}`;
}

async function rowChanged(
  run: NodeRun,
  plan: {
    readonly strategy: string;
    readonly updatedAt: string;
    readonly columns: SnapshotColumns;
  },
  existing: Relation | undefined,
): Promise<string> {
  if (plan.strategy === "timestamp") {
    return `(snapshotted_data.${plan.columns.validFrom} < source_data.${plan.updatedAt})`;
  }
  const names = await checkedColumns(run, existing);
  if (names === "all new") return "(true)";
  return `(${names.map(isDifferent).join(" or ") || "false"})`;
}

async function planStrategy(
  run: NodeRun,
  strategy: string,
  now: string,
  existing: Relation | undefined,
): Promise<SnapshotStrategy> {
  const own = await askOwnStrategy(run, strategy, existing !== undefined);
  if (own !== undefined) return own;
  if (strategy !== "timestamp" && strategy !== "check") {
    throw badConfig(run.node, "strategy", strategy, [
      "timestamp",
      "check",
      `the name of a macro "snapshot_${strategy}_strategy"`,
    ]);
  }
  const keys = textsOf(run.node.config["unique_key"]);
  if (keys.length === 0) required(run, "unique_key");
  const updatedAt =
    strategy === "timestamp"
      ? required(run, "updated_at")
      : (textOf(run.node.config["updated_at"]) ?? now);
  const columns = columnsOf(run);
  return {
    keys,
    updatedAt,
    rowChanged: await rowChanged(run, { strategy, updatedAt, columns }, existing),
    scdId: await macroText(run, "snapshot_hash_arguments", [[...keys, updatedAt]]),
    hardDeletes: undefined,
  };
}

async function planSnapshot(
  run: NodeRun,
  target: Relation,
  existing: Relation | undefined,
): Promise<SnapshotPlan> {
  const now = await macroText(run, "snapshot_get_time", []);
  const strategy = await planStrategy(run, required(run, "strategy"), now, existing);
  return {
    ...strategy,
    query: run.compiledCode,
    target: target.render(),
    now,
    columns: columnsOf(run),
    hardDeletes: hardDeletesOf(run, strategy.hardDeletes),
    validToCurrent: textOf(run.node.config["dbt_valid_to_current"]),
  };
}

const INTERNAL = /^dbt_(?:change_type|unique_key(?:_\d+)?)$/iu;

async function addChanges(run: NodeRun, target: Relation, plan: SnapshotPlan): Promise<void> {
  const changes = temporaryRelation(target, "__dbt_tmp");
  await run.session.run(`drop table if exists temp.${changes.render()}`);
  const sourceColumns = (await findQueryColumns(run.session, plan.query)).map(
    (column) => column.name,
  );
  const targetColumns = new Set(
    (await findColumns(run.session, target)).map(({ name }) => name.toLowerCase()),
  );
  // A record of a deletion copies what the snapshot holds, which lacks the columns that are new.
  const copied = sourceColumns.filter((name) => targetColumns.has(name.toLowerCase()));
  const query = writeSnapshotChanges(plan, copied);
  await run.execute(await macroText(run, "get_create_table_as_sql", [true, changes, query]));
  const staged = (await findColumns(run.session, changes)).filter(
    (column) => !INTERNAL.test(column.name),
  );
  const known = new Set(
    (await findColumns(run.session, target)).map((column) => column.name.toLowerCase()),
  );
  for (const column of staged) {
    if (known.has(column.name.toLowerCase())) continue;
    await run.session.run(
      `alter table ${target.render()} add column ${quoteIdentifier(column.name)} ${column.dataType}`,
    );
  }
  await run.execute(
    writeSnapshotMerge(
      plan,
      changes.render(),
      staged.map((column) => column.name),
    ),
  );
  await run.session.run(`drop table if exists temp.${changes.render()}`);
}

/** The materialization `snapshot`: keeps every version of a row with the time it was true. */
export async function materializeSnapshot(run: NodeRun): Promise<NodeOutcome> {
  const target = run.relation.with({ type: "table" });
  const existing = run.relations.find(target);
  if (existing?.type === "view") {
    throw new DbtError(
      "Compilation",
      `Cannot snapshot into ${target.render()}: it is a view, expected a table`,
      {
        place: { file: run.node.original_file_path },
      },
    );
  }
  const plan = await planSnapshot(run, target, existing);
  await inTransaction(run, async () => {
    if (existing === undefined) {
      run.relations.add(target);
      await run.execute(
        await macroText(run, "get_create_table_as_sql", [false, target, writeFirstSnapshot(plan)]),
      );
    } else {
      await addChanges(run, target, plan);
    }
    await writeComments(run, target);
  });
  return SUCCESS;
}
