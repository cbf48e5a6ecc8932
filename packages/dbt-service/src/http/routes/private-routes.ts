import { join } from "node:path";
import { readText } from "@airloom/dbt-cloud/contract";
import { notFound } from "../../api-error.ts";
import { isInScope, listOperations, type Operation } from "../../domain/permission.ts";
import type { DbtServiceOptions } from "../../options.ts";
import { isInside } from "../../runner/inside.ts";
import { getRunFolders } from "../../runner/run-context.ts";
import type { NodeQuery } from "../../store/node-store.ts";
import type { RunRow } from "../../store/run-row.ts";
import { renderEnvelope, renderPage } from "../envelope.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import type { ApiPorts } from "./ports.ts";

/** What our own pages ask for and dbt Cloud has no published address for. */
export function listPrivateRoutes(
  ports: ApiPorts,
  place: Pick<DbtServiceOptions, "platformUrl" | "version">,
): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/api/private/session",
      operation: null,
      handle: async ({ caller }) =>
        renderEnvelope({
          username: caller.name,
          operations: listOperations(caller.grants),
          version: place.version ?? null,
          platform_url: place.platformUrl ?? null,
        } satisfies WireSession),
    },
    {
      method: "GET",
      path: "/api/private/runs/:run/nodes",
      operation: "run:read",
      takes: REQUESTS.listNodes,
      handle: (call) => listNodes(ports, call),
    },
    {
      method: "GET",
      path: "/api/private/runs/:run/plan",
      operation: "run:read",
      handle: async (call) =>
        renderEnvelope(
          (await loadRun(ports, call)).plan.map((step, position) => ({
            index: position + 1,
            name: step.name,
            command: step.command,
            is_optional: step.isOptional,
          })),
        ),
    },
  ];
}

/** Who looks at our pages, and where they are. */
interface WireSession {
  readonly username: string;
  readonly operations: readonly Operation[];
  readonly version: string | null;
  readonly platform_url: string | null;
}

// These addresses name no account: the run's own has to be the caller's.
async function loadRun(ports: ApiPorts, call: ApiCall): Promise<RunRow> {
  const run = await ports.runs.find(call.id("run"));
  if (run === undefined || !isInScope(call.scope, run.projectId)) throw notFound();
  if (call.caller.accountId !== null && call.caller.accountId !== run.accountId) throw notFound();
  return run;
}

/** Nodes of finished steps, then those of the step that runs. */
async function listNodes(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const run = await loadRun(ports, call);
  const { limit, offset, params, orderBy } = call.query;
  const uniqueId = readText(params["unique_id"]);
  const worstFirst = orderBy.includes("-severity");
  const ended = await ports.nodes.list(run.id, { uniqueId, worstFirst, limit, offset });
  const live = await listLive(ports, run, {
    uniqueId,
    limit: limit - ended.nodes.length,
    offset: Math.max(0, offset - ended.total),
  });
  return renderPage([...ended.nodes, ...live.nodes], ended.total + live.total, call.query);
}

async function listLive(
  ports: ApiPorts,
  run: RunRow,
  query: Omit<NodeQuery, "worstFirst">,
): ReturnType<ApiPorts["nodeReader"]["readLive"]> {
  const running = (await ports.steps.list(run.id)).find(
    (step) => step.status === 3 && step.command !== null,
  );
  if (running === undefined) return { nodes: [], total: 0 };
  const project = await ports.resources.find("project", run.projectId);
  const below = readText(project?.body["dbt_project_subdirectory"]) ?? "";
  const { code } = getRunFolders(ports.dataDir, run.id);
  const target = join(code, below, "target");
  const logs = await ports.steps.loadLogs([running.id]);
  return ports.nodeReader.readLive({
    ...query,
    manifest: isInside(code, target) ? join(target, "manifest.json") : undefined,
    log: logs.get(running.id) ?? "",
    stepIndex: running.index,
  });
}
