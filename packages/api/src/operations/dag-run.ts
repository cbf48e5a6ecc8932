import { z } from "zod";
import type { OperationSpec } from "../operation-spec.ts";
import * as dag from "../schemas/dag.ts";
import * as run from "../schemas/dag-run.ts";
import { MaskQuery } from "../schemas/fields.ts";
import * as task from "../schemas/task-instance.ts";

/** Runs. */
export const DAG_RUN_OPERATIONS = {
  listDagRuns: {
    tag: "DagRun",
    summary: "Lists runs; `~` as Dag id is every Dag",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    query: run.DagRunListQuery,
    response: run.DagRunCollection,
  },
  batchDagRuns: {
    tag: "DagRun",
    summary: "Lists runs by a filter in the body",
    access: "viewer",
    status: 200,
    params: dag.DagPath,
    body: run.DagRunsBatchBody,
    response: run.DagRunCollection,
  },
  triggerDagRun: {
    tag: "DagRun",
    summary: "Starts a run",
    access: "editor",
    status: 200,
    params: dag.DagPath,
    body: run.TriggerBody,
    response: run.DagRun,
  },
  getDagRun: {
    tag: "DagRun",
    summary: "Answers one run",
    access: "viewer",
    status: 200,
    params: run.DagRunPath,
    response: run.DagRun,
  },
  patchDagRun: {
    tag: "DagRun",
    summary: "Marks a run, or changes its note",
    access: "editor",
    status: 200,
    params: run.DagRunPath,
    query: MaskQuery,
    body: run.DagRunPatchBody,
    response: run.DagRun,
  },
  deleteDagRun: {
    tag: "DagRun",
    summary: "Deletes a run",
    access: "editor",
    status: 204,
    params: run.DagRunPath,
  },
  clearDagRun: {
    tag: "DagRun",
    summary: "Clears a run, or lists what that would do",
    access: "editor",
    status: 200,
    params: run.DagRunPath,
    body: run.DagRunClearBody,
    response: z.union([task.TaskInstanceCollection, run.DagRun]),
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
