import type { AttemptStore, JsonObject, JsonValue, TaskNode } from "@airloom/core";
import { cleanText } from "./clean-text.ts";
import type { Database } from "./database.ts";
import { isRowId } from "./row-id.ts";

/** The try asked for, else the newest that has rows in the table. */
function tryOf(table: string): string {
  return `try_number = coalesce($2::int,
    (select max(newest.try_number) from ${table} newest where newest.task_instance_id = $1))`;
}

/** dbt nodes, rendered fields and lasting state of attempts. */
export function attemptStore(database: Database): AttemptStore {
  return {
    saveNodes: (taskInstanceId, tryNumber, nodes) =>
      saveNodes(database, { taskInstanceId, tryNumber, nodes }),

    listNodes: async (taskInstanceId, tryNumber) => {
      if (!isRowId(taskInstanceId)) return [];
      return database.rows<TaskNode>({
        text: `select unique_id as "uniqueId", name, resource_type as "resourceType", state,
                 started_at as "startedAt", ended_at as "endedAt",
                 execution_time_s as "executionTimeS", message, failures,
                 compiled_sql as "compiledSql", relation_name as "relationName", file, line,
                 compiled_line as "compiledLine",
                 depends_on as "dependsOn", index
               from airloom.task_node
               where task_instance_id = $1 and ${tryOf("airloom.task_node")}
               order by index, unique_id`,
        values: [taskInstanceId, tryNumber ?? null],
      });
    },

    loadNodeGrid: (dagId, runIds) =>
      database.rows({
        text: `select r.run_id as "runId", ti.task_id as "taskId", n.unique_id as "uniqueId", n.name,
                 n.resource_type as "resourceType", n.state, n.index
               from airloom.dag_run r
               join airloom.task_instance ti on ti.dag_run_id = r.id
               join airloom.task_node n on n.task_instance_id = ti.id and n.try_number = (
                 select max(newest.try_number) from airloom.task_node newest
                 where newest.task_instance_id = ti.id)
               where r.dag_id = $1 and r.run_id = any($2::text[])
               order by r.run_after desc, r.id desc, ti.id, n.index, n.unique_id`,
        values: [dagId, runIds],
      }),

    loadNodeCounts: async (dagRunIds) =>
      database.rows({
        text: `select ti.dag_run_id as "dagRunId", n.state, count(*)::int as count
               from airloom.task_instance ti
               join airloom.task_node n on n.task_instance_id = ti.id and n.try_number = (
                 select max(newest.try_number) from airloom.task_node newest
                 where newest.task_instance_id = ti.id)
               where ti.dag_run_id = any($1::bigint[])
               group by ti.dag_run_id, n.state order by ti.dag_run_id, n.state`,
        values: [dagRunIds.filter(isRowId)],
      }),

    saveRenderedFields: async (taskInstanceId, tryNumber, fields) => {
      await database.run({
        text: `insert into airloom.rendered_fields (task_instance_id, try_number, fields)
               values ($1, $2, $3)
               on conflict (task_instance_id, try_number) do update set fields = excluded.fields`,
        values: [taskInstanceId, tryNumber, JSON.stringify(fields)],
      });
    },

    findRenderedFields: async (taskInstanceId, tryNumber) => {
      if (!isRowId(taskInstanceId)) return undefined;
      const [row] = await database.rows<{ fields: JsonObject }>({
        text: `select fields from airloom.rendered_fields
               where task_instance_id = $1 and ${tryOf("airloom.rendered_fields")}`,
        values: [taskInstanceId, tryNumber ?? null],
      });
      return row?.fields;
    },

    saveTaskState: async (taskInstanceId, chain, key, value) => {
      await database.run({
        text: `insert into airloom.task_state (task_instance_id, chain, key, value)
               values ($1, $2, $3, $4)
               on conflict (task_instance_id, chain, key) do update set value = excluded.value`,
        values: [taskInstanceId, chain, key, JSON.stringify(value)],
      });
    },

    findTaskState: async (taskInstanceId, chain, key) => {
      if (!isRowId(taskInstanceId)) return undefined;
      const [row] = await database.rows<{ value: JsonValue }>({
        text: `select value from airloom.task_state
               where task_instance_id = $1 and chain = $2 and key = $3`,
        values: [taskInstanceId, chain, key],
      });
      return row?.value;
    },
  };
}

async function saveNodes(
  database: Database,
  attempt: {
    readonly taskInstanceId: string;
    readonly tryNumber: number;
    readonly nodes: readonly TaskNode[];
  },
): Promise<void> {
  // A node named twice in one call counts as it was named last.
  const nodes = [...new Map(attempt.nodes.map((node) => [node.uniqueId, node])).values()].toSorted(
    (a, b) => (a.uniqueId < b.uniqueId ? -1 : 1),
  );
  if (nodes.length === 0) return;
  // As JSON, because lists of lists (`dependsOn`) do not fit into one array parameter.
  const rows = nodes.map((node) => ({ ...node, startedAt: node.startedAt, endedAt: node.endedAt }));
  await database.run({
    name: "save_nodes",
    text: `insert into airloom.task_node (dag_run_id, task_instance_id, try_number, unique_id, name, resource_type,
             state, started_at, ended_at, execution_time_s, message, failures, compiled_sql,
             relation_name, file, line, compiled_line, depends_on, index)
           select (select ti.dag_run_id from airloom.task_instance ti where ti.id = $1), $1, $2, n."uniqueId", n.name, n."resourceType", n.state, n."startedAt", n."endedAt",
             n."executionTimeS", n.message, n.failures, n."compiledSql", n."relationName", n.file,
             n.line, n."compiledLine", n."dependsOn", n.index
           from json_to_recordset($3::json) as n ("uniqueId" text, name text, "resourceType" text,
             state text, "startedAt" timestamptz, "endedAt" timestamptz,
             "executionTimeS" double precision, message text, failures int, "compiledSql" text,
             "relationName" text, file text, line int, "compiledLine" int,
             "dependsOn" text[], index int)
           on conflict (task_instance_id, try_number, unique_id) do update set name = excluded.name,
             resource_type = excluded.resource_type, state = excluded.state,
             started_at = excluded.started_at, ended_at = excluded.ended_at,
             execution_time_s = excluded.execution_time_s, message = excluded.message,
             failures = excluded.failures, compiled_sql = excluded.compiled_sql,
             relation_name = excluded.relation_name, file = excluded.file, line = excluded.line,
             compiled_line = excluded.compiled_line,
             depends_on = excluded.depends_on, index = excluded.index`,
    values: [
      attempt.taskInstanceId,
      attempt.tryNumber,
      // dbt's messages may hold what PostgreSQL's text cannot.
      JSON.stringify(rows, (_, value: unknown) =>
        typeof value === "string" ? cleanText(value) : value,
      ),
    ],
  });
}
