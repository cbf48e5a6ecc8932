import { quoteIdentifier } from "../adapter/relation.ts";

/** Names of the columns that a snapshot adds. */
export interface SnapshotColumns {
  readonly validFrom: string;
  readonly validTo: string;
  readonly scdId: string;
  readonly updatedAt: string;
  readonly isDeleted: string;
}

/** What a snapshot's queries are made of. */
export interface SnapshotPlan {
  readonly query: string;
  readonly target: string;
  readonly keys: readonly string[];
  /** Expression of the source that says when a row changed. */
  readonly updatedAt: string;
  /** Condition over `snapshotted_data` and `source_data`: the row is not what it was. */
  readonly rowChanged: string;
  readonly scdId: string;
  readonly now: string;
  readonly hardDeletes: "ignore" | "invalidate" | "new_record";
  readonly validToCurrent: string | undefined;
  readonly columns: SnapshotColumns;
}

function keyColumns(plan: SnapshotPlan): string {
  return plan.keys.map((key, index) => `${key} as ${keyName(plan, index)}`).join(", ");
}

function keyName(plan: SnapshotPlan, index: number): string {
  return plan.keys.length === 1 ? "dbt_unique_key" : `dbt_unique_key_${index + 1}`;
}

function keysMatch(plan: SnapshotPlan): string {
  return plan.keys
    .map(
      (_, index) =>
        `snapshotted_data.${keyName(plan, index)} = source_data.${keyName(plan, index)}`,
    )
    .join(" and ");
}

function validTo(plan: SnapshotPlan): string {
  const current = plan.validToCurrent ?? "null";
  return `coalesce(nullif(${plan.updatedAt}, ${plan.updatedAt}), ${current}) as ${plan.columns.validTo}`;
}

function isCurrent(plan: SnapshotPlan, prefix = ""): string {
  const column = `${prefix}${plan.columns.validTo}`;
  if (plan.validToCurrent === undefined) return `${column} is null`;
  return `(${column} = ${plan.validToCurrent} or ${column} is null)`;
}

/** The query of a snapshot's first run. */
export function writeFirstSnapshot(plan: SnapshotPlan): string {
  const { columns } = plan;
  const deleted = plan.hardDeletes === "new_record" ? `,\n    'False' as ${columns.isDeleted}` : "";
  return `select *,
    ${plan.scdId} as ${columns.scdId},
    ${plan.updatedAt} as ${columns.updatedAt},
    ${plan.updatedAt} as ${columns.validFrom},
    ${validTo(plan)}${deleted}
from (
${plan.query}
) sbq`;
}

function writeDeletes(plan: SnapshotPlan): string {
  const { columns } = plan;
  const stillThere =
    plan.hardDeletes === "new_record"
      ? `\n      and snapshotted_data.${columns.isDeleted} <> 'True'`
      : "";
  const deleted =
    plan.hardDeletes === "new_record" ? `, snapshotted_data.${columns.isDeleted}` : "";
  return `deletes as (
    select 'delete' as dbt_change_type, source_data.*,
      ${plan.now} as ${columns.validFrom}, ${plan.now} as ${columns.updatedAt}, ${plan.now} as ${columns.validTo},
      snapshotted_data.${columns.scdId}${deleted}
    from snapshotted_data
    left join deletes_source_data as source_data on ${keysMatch(plan)}
    where source_data.${keyName(plan, 0)} is null${stillThere}
)`;
}

function writeDeletionRecords(plan: SnapshotPlan, sourceColumns: readonly string[]): string {
  const { columns } = plan;
  const own = sourceColumns.map((name) => `snapshotted_data.${quoteIdentifier(name)}`);
  const keys = plan.keys.map((_, index) => `snapshotted_data.${keyName(plan, index)}`);
  return `deletion_records as (
    select 'insert' as dbt_change_type, ${[...own, ...keys].join(", ")},
      ${plan.now} as ${columns.validFrom}, ${plan.now} as ${columns.updatedAt},
      ${plan.validToCurrent ?? "null"} as ${columns.validTo},
      md5(snapshotted_data.${columns.scdId} || '|' || cast(${plan.now} as varchar)) as ${columns.scdId},
      'True' as ${columns.isDeleted}
    from snapshotted_data
    left join deletes_source_data as source_data on ${keysMatch(plan)}
    where source_data.${keyName(plan, 0)} is null and snapshotted_data.${columns.isDeleted} <> 'True'
)`;
}

/** The query of what changed since the last run: rows to insert, to end and to delete. */
export function writeSnapshotChanges(plan: SnapshotPlan, sourceColumns: readonly string[]): string {
  const { columns } = plan;
  const isRecorded = plan.hardDeletes === "new_record";
  const changed = isRecorded
    ? `(${plan.rowChanged} or snapshotted_data.${columns.isDeleted} = 'True')`
    : plan.rowChanged;
  const ctes = [
    `snapshot_query as (\n${plan.query}\n)`,
    `snapshotted_data as (
    select *, ${keyColumns(plan)} from ${plan.target} where ${isCurrent(plan)}
)`,
    `insertions_source_data as (
    select *, ${keyColumns(plan)}, ${plan.updatedAt} as ${columns.updatedAt},
      ${plan.updatedAt} as ${columns.validFrom}, ${validTo(plan)}, ${plan.scdId} as ${columns.scdId}
    from snapshot_query
)`,
    `updates_source_data as (
    select *, ${keyColumns(plan)}, ${plan.updatedAt} as ${columns.updatedAt},
      ${plan.updatedAt} as ${columns.validFrom}, ${plan.updatedAt} as ${columns.validTo}
    from snapshot_query
)`,
    `insertions as (
    select 'insert' as dbt_change_type, source_data.*${isRecorded ? `, 'False' as ${columns.isDeleted}` : ""}
    from insertions_source_data as source_data
    left join snapshotted_data on ${keysMatch(plan)}
    where snapshotted_data.${keyName(plan, 0)} is null or ${changed}
)`,
    `updates as (
    select 'update' as dbt_change_type, source_data.*, snapshotted_data.${columns.scdId}${isRecorded ? `, snapshotted_data.${columns.isDeleted}` : ""}
    from updates_source_data as source_data
    join snapshotted_data on ${keysMatch(plan)}
    where ${changed}
)`,
  ];
  const parts = ["insertions", "updates"];
  if (plan.hardDeletes !== "ignore") {
    ctes.push(`deletes_source_data as (\n    select *, ${keyColumns(plan)} from snapshot_query\n)`);
    ctes.push(writeDeletes(plan));
    parts.push("deletes");
  }
  if (isRecorded) {
    ctes.push(writeDeletionRecords(plan, sourceColumns));
    parts.push("deletion_records");
  }
  const union = parts.map((part) => `select * from ${part}`).join("\nunion all by name\n");
  return `with ${ctes.join(",\n")}\n${union}`;
}

/** The statements that bring the changes into the snapshot. */
export function writeSnapshotMerge(
  plan: SnapshotPlan,
  changes: string,
  insertColumns: readonly string[],
): string {
  const { columns } = plan;
  const names = insertColumns.map(quoteIdentifier).join(", ");
  return `update ${plan.target} as dbt_internal_target
set ${columns.validTo} = dbt_internal_source.${columns.validTo}
from ${changes} as dbt_internal_source
where dbt_internal_source.${columns.scdId}::text = dbt_internal_target.${columns.scdId}::text
  and dbt_internal_source.dbt_change_type in ('update', 'delete')
  and ${isCurrent(plan, "dbt_internal_target.")};

insert into ${plan.target} (${names})
select ${names} from ${changes} where dbt_change_type = 'insert';`;
}
