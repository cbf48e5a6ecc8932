import { notFound } from "../../api-error.ts";
import type { RunRow } from "../../store/run-row.ts";
import { renderEnvelope } from "../envelope.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { loadVisible, loadVisibleRun } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";

const RUN = "/api/v2/accounts/:account/runs/:run/artifacts";
const JOB = "/api/v2/accounts/:account/jobs/:job/artifacts";

/** Artifacts of a run, and those of a job's latest run. */
export function listArtifactRoutes(ports: ApiPorts): readonly Route[] {
  return [
    {
      method: "GET",
      path: RUN,
      operation: "artifact:read",
      takes: REQUESTS.listArtifacts,
      handle: (call) => list(ports, call),
    },
    {
      method: "GET",
      path: `${RUN}/*`,
      operation: "artifact:read",
      takes: REQUESTS.listArtifacts,
      handle: (call) => readOfRun(ports, call),
    },
    {
      method: "GET",
      path: `${JOB}/*`,
      operation: "artifact:read",
      takes: REQUESTS.listArtifacts,
      handle: (call) => readOfJob(ports, call),
    },
  ];
}

async function list(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadVisibleRun(ports.runs, call, call.id("run"));
  const paths = await ports.artifacts.listPaths(run.id, getStep(call));
  // dbt Cloud says null, not an empty list, of a run that left nothing behind.
  return renderEnvelope(paths.length === 0 ? null : paths);
}

async function readOfRun(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  return send(ports, call, await loadVisibleRun(ports.runs, call, call.id("run")));
}

async function readOfJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const job = await loadVisible(ports.resources, "job", call, call.id("job"));
  const { rows } = await ports.runs.list({
    accountId: call.accountId,
    scope: call.scope,
    states: [1],
    filters: [
      { field: "job_definition_id", op: "in", values: [job.id] },
      { field: "status", op: "in", values: [10, 20] },
    ],
    orderBy: ["-id"],
    limit: 20,
    offset: 0,
  });
  const path = getPath(call);
  for (const run of rows) {
    if ((await ports.artifacts.find(run.id, path, null)) !== undefined)
      return send(ports, call, run);
  }
  throw notFound();
}

async function send(ports: ApiPorts, call: ApiCall, run: RunRow): Promise<unknown> {
  const path = getPath(call);
  if (path === "") return list(ports, call);
  const artifact = await ports.artifacts.find(run.id, path, getStep(call));
  if (artifact === undefined) throw notFound();
  // Weak: the same artifact is sent in several encodings.
  const tag = `W/"${artifact.sha256}"`;
  void call.reply
    .header("etag", tag)
    .header(
      "content-type",
      path.endsWith(".json") ? "application/json" : "text/plain; charset=utf-8",
    )
    // Project code writes these files: a browser must never take one for a page of ours.
    .header("content-disposition", renderAttachment(path))
    .header("x-content-type-options", "nosniff");
  if (hasTag(call.request.headers["if-none-match"], tag)) return call.reply.code(304).send();
  return call.reply.send(ports.artifacts.openBytes(artifact));
}

/** The header that names a download as RFC 6266 has it; nothing of a name ends the header or leads into a folder. */
export function renderAttachment(path: string): string {
  const name = path.split(/[/\\]/u).at(-1) ?? "";
  const plain = name.replaceAll(/[^\w.-]/gu, "_");
  const exact = encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/gu,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** Whether a client that says what it has has this one; tags are compared as weak ones. */
function hasTag(given: string | undefined, tag: string): boolean {
  const known = (given ?? "").split(",").map((one) => one.trim().replace(/^W\//u, ""));
  return known.includes("*") || known.includes(tag.replace(/^W\//u, ""));
}

function getPath(call: ApiCall): string {
  const params = call.request.params;
  const path = typeof params === "object" && params !== null && "*" in params ? params["*"] : "";
  return typeof path === "string" ? path.replace(/\/$/u, "") : "";
}

function getStep(call: ApiCall): number | null {
  const { step } = call.query.params;
  return typeof step === "number" ? step : null;
}
