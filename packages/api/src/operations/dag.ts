import { z } from "zod";
import type { OperationSpec } from "../operation-spec.ts";
import * as dag from "../schemas/dag.ts";
import { MaskQuery, PAGE_QUERY, QueryCount, QueryText, queryList } from "../schemas/fields.ts";
import * as task from "../schemas/task-instance.ts";

const PageQuery = z.object(PAGE_QUERY);
const TaskListQuery = z.object({ order_by: queryList(QueryText) });
const VersionQuery = z.object({ version_number: QueryCount.optional() });
const VersionPath = dag.DagPath.extend({ version_number: QueryCount });
const StatsQuery = z.object({ dag_ids: queryList(QueryText) });

/** Dags, their tasks, versions and sources. */
export const DAG_OPERATIONS = {
  listDags: {
    tag: "DAG",
    summary: "Lists Dags",
    access: "viewer",
    status: 200,
    query: dag.DagListQuery,
    response: dag.DagCollection,
  },
  getDag: {
    tag: "DAG",
    summary: "Answers one Dag",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    response: dag.Dag,
  },
  getDagDetails: {
    tag: "DAG",
    summary: "Answers one Dag with everything its file says",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    response: dag.DagDetails,
  },
  patchDag: {
    tag: "DAG",
    summary: "Pauses or unpauses a Dag",
    access: "editor",
    status: 200,
    params: dag.DagPath,
    query: MaskQuery,
    body: dag.DagPatchBody,
    response: dag.Dag,
  },
  deleteDag: {
    tag: "DAG",
    summary: "Deletes a Dag with all its runs",
    access: "admin",
    // As in Airflow, whose clients expect a body here and nowhere else.
    status: 200,
    params: dag.DagPath,
    response: z.null(),
  },
  listDagTags: {
    tag: "DAG",
    summary: "Lists the tags in use",
    access: "viewer",
    status: 200,
    query: dag.DagTagQuery,
    response: dag.DagTagCollection,
  },
  listTasks: {
    tag: "Task",
    summary: "Lists the tasks of a Dag",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: TaskListQuery,
    response: dag.TaskCollection,
  },
  getTask: {
    tag: "Task",
    summary: "Answers one task of a Dag",
    access: "viewer",
    status: 200,
    params: dag.DagPath.extend({ task_id: task.TaskInstancePath.shape.task_id }),
    response: dag.Task,
  },
  listDagVersions: {
    tag: "DagVersion",
    summary: "Lists the versions of a Dag",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: PageQuery,
    response: dag.DagVersionCollection,
  },
  getDagVersion: {
    tag: "DagVersion",
    summary: "Answers one version of a Dag",
    access: "viewer",
    status: 200,
    params: VersionPath,
    response: dag.DagVersion,
  },
  getDagSource: {
    tag: "DagSource",
    summary: "Answers the source of a Dag's file, as it was at a version",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: VersionQuery,
    response: dag.DagSource,
  },
  getDagStats: {
    tag: "DagStats",
    summary: "Counts the runs of Dags by state",
    access: "viewer",
    status: 200,
    query: StatsQuery,
    response: dag.DagStatsCollection,
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
