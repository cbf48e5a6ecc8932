import { findStepCommand, readText } from "@airloom/dbt-cloud/contract";
import { notFound } from "../../api-error.ts";
import { findFailure } from "../../domain/plan-run.ts";
import type { RunRequest } from "../../run-commands.ts";
import type { RunRow } from "../../store/run-row.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { renderStep } from "../render-run.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { checkCategoryOf } from "./check-category.ts";
import { loadVisible, loadVisibleRun } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";
import { renderOneRun, renderRunList } from "./run-view.ts";

const JOB = "/api/v2/accounts/:account/jobs/:job";
const RUNS = "/api/v2/accounts/:account/runs";
const RUN = `${RUNS}/:run`;
const FULL = new Set(["trigger", "job"]);

/** Runs: start, list, read, cancel, retry. */
export function listRunRoutes(ports: ApiPorts): readonly Route[] {
  return [
    {
      method: "POST",
      path: `${JOB}/run`,
      operation: "job:run",
      takes: REQUESTS.triggerRun,
      handle: (call) => trigger(ports, call),
    },
    {
      method: "POST",
      path: `${JOB}/rerun`,
      operation: "job:run",
      handle: (call) => rerun(ports, call),
    },
    {
      method: "GET",
      path: RUNS,
      operation: "run:read",
      takes: REQUESTS.listRuns,
      handle: (call) => listRuns(ports, call),
    },
    { method: "GET", path: RUN, operation: "run:read", handle: (call) => readRun(ports, call) },
    {
      method: "POST",
      path: `${RUN}/cancel`,
      operation: "run:cancel",
      handle: (call) => cancel(ports, call),
    },
    {
      method: "GET",
      path: `${RUN}/retry`,
      operation: "run:read",
      handle: (call) => readFailure(ports, call),
    },
    {
      method: "POST",
      path: `${RUN}/retry`,
      operation: "job:run",
      handle: (call) => retry(ports, call),
    },
    {
      method: "GET",
      path: "/api/v2/accounts/:account/steps/:step",
      operation: "run:read",
      handle: (call) => readStep(ports, call),
    },
  ];
}

async function trigger(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await loadVisible(ports.resources, "job", call, call.id("job"));
  await checkCategoryOf(ports.resources, call, "job:run", job.body["environment_id"]);
  const run = await ports.commands.trigger(job, call.body, readRequest(call));
  return renderEnvelope(await renderOneRun(ports, run, FULL));
}

async function rerun(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await loadVisible(ports.resources, "job", call, call.id("job"));
  await checkCategoryOf(ports.resources, call, "job:run", job.body["environment_id"]);
  const run = await ports.commands.rerun(job, readRequest(call));
  return renderEnvelope(await renderOneRun(ports, run, FULL));
}

function readRequest(call: ApiCall): RunRequest {
  const key = call.request.headers["idempotency-key"];
  return {
    actor: call.caller.name,
    causeCategory: call.caller.kind === "session" ? "ui" : "api",
    idempotencyKey: typeof key === "string" && key !== "" ? key.slice(0, 255) : null,
  };
}

async function listRuns(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const { accountId, scope, query } = call;
  const { rows, total } = await ports.runs.list({ ...query, accountId, scope });
  const runs = await renderRunList(ports, rows, call.query.includeRelated);
  return renderPage(runs, total, call.query);
}

async function readRun(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadVisibleRun(ports.runs, call, call.id("run"));
  return renderEnvelope(await renderOneRun(ports, run, call.query.includeRelated));
}

async function cancel(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadVisibleRun(ports.runs, call, call.id("run"));
  await checkCategoryOf(ports.resources, call, "run:cancel", run.environmentId);
  const cancelled = await ports.commands.cancel(run, call.caller.name);
  return renderEnvelope(await renderOneRun(ports, cancelled, FULL));
}

async function retry(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadVisibleRun(ports.runs, call, call.id("run"));
  await checkCategoryOf(ports.resources, call, "job:run", run.environmentId);
  const resumed = await ports.commands.retry(run, readRequest(call));
  return renderEnvelope(await renderOneRun(ports, resumed, FULL));
}

async function readFailure(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadVisibleRun(ports.runs, call, call.id("run"));
  const failure = findFailure(run.plan, await ports.steps.list(run.id));
  if (failure === undefined) throw notFound();
  return renderEnvelope({
    failed_step: showCommand(failure.failedStep),
    skipped_steps: failure.skipped.map(showCommand),
  });
}

function showCommand(step: Pick<RunRow["plan"][number], "name" | "command">): string {
  return step.command ?? findStepCommand(step.name) ?? step.name;
}

async function readStep(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const step = await ports.steps.find(call.id("step"));
  if (step === undefined) throw notFound();
  const run = await loadVisibleRun(ports.runs, call, step.runId);
  const logs = await ports.steps.loadLogs([step.id]);
  return renderEnvelope(
    renderStep(step, {
      run,
      logs: readText(logs.get(step.id)) ?? "",
      hasDebugLogs: call.query.includeRelated.has("debug_logs"),
      now: new Date(),
    }),
  );
}
