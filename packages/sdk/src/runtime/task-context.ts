import type { JsonObject, Workload } from "@airloom/core";
import type { Dag } from "../authoring/dag.ts";
import type { TaskContext } from "../context.ts";
import { type AttemptHost, attemptKeyOf, identityOf, makeTaskLog } from "./attempt-host.ts";
import { renderDay } from "./dates.ts";
import { makeTaskClient } from "./task-client.ts";

/** Makes what the code of one attempt finds around it. */
export function makeTaskContext(dag: Dag, workload: Workload, host: AttemptHost): TaskContext {
  const { run, taskInstance } = workload;
  const identity = identityOf(taskInstance);
  return {
    ...identity,
    signal: host.signal,
    logicalDate: run.logicalDate,
    dataIntervalStart: run.dataIntervalStart,
    dataIntervalEnd: run.dataIntervalEnd,
    runAfter: run.runAfter,
    ds: renderDay(run.logicalDate ?? run.runAfter, dag.options.timezone ?? "UTC"),
    params: resolveParams(dag.options.params ?? {}, run.conf),
    conf: run.conf,
    log: makeTaskLog(host),
    client: makeTaskClient(attemptKeyOf(workload), identity, host),
    resumption: workload.resumption,
  };
}

/** As in Airflow, what a run was triggered with overrides the Dag's params. */
function resolveParams(params: JsonObject, conf: JsonObject): JsonObject {
  return { ...params, ...conf };
}
