import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { WireRunNode } from "@airloom/dbt-cloud/contract";
import { notFound } from "../../api-error.ts";
import { isInScope, listOperations, type Operation } from "../../domain/permission.ts";
import { readLiveNodes } from "../../domain/run-nodes.ts";
import type { DbtServiceOptions } from "../../options.ts";
import { getRunFolders } from "../../runner/run-context.ts";
import type { RunRow } from "../../store/run-row.ts";
import { renderEnvelope } from "../envelope.ts";
import type { ApiCall, Route } from "../route.ts";
import type { ApiPorts } from "./ports.ts";

/** What our own pages ask for and dbt Cloud has no published address for. */
export function listPrivateRoutes(
  ports: ApiPorts,
  place: Pick<DbtServiceOptions, "platformUrl" | "version">,
): readonly Route[] {
  const manifests = new ManifestCache();
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
      handle: async (call) => renderEnvelope(await listNodes(ports, manifests, call)),
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

async function listNodes(
  ports: ApiPorts,
  manifests: ManifestCache,
  call: ApiCall,
): Promise<readonly WireRunNode[]> {
  const run = await loadRun(ports, call);
  const finished = await ports.steps.listNodes(run.id);
  const running = (await ports.steps.list(run.id)).find(
    (step) => step.status === 3 && step.command !== null,
  );
  if (running === undefined) return finished;
  const project = await ports.resources.find("project", run.projectId);
  const below = project?.body["dbt_project_subdirectory"];
  const { code } = getRunFolders(ports.dataDir, run.id);
  const manifest = await manifests.load(
    join(code, typeof below === "string" ? below : "", "target", "manifest.json"),
  );
  const logs = await ports.steps.loadLogs([running.id]);
  return [...finished, ...readLiveNodes(logs.get(running.id) ?? "", manifest, running.index)];
}

/** The manifest read last: pages ask for the same one every second or two. */
class ManifestCache {
  #file = "";
  #modifiedMs = 0;
  #manifest: unknown;

  async load(file: string): Promise<unknown> {
    try {
      const { mtimeMs } = await stat(file);
      if (file === this.#file && mtimeMs === this.#modifiedMs) return this.#manifest;
      const manifest: unknown = JSON.parse(await readFile(file, "utf8"));
      this.#file = file;
      this.#modifiedMs = mtimeMs;
      this.#manifest = manifest;
      return manifest;
    } catch {
      // Not there yet, or being written: names stand in for ids until it is.
      return undefined;
    }
  }
}
