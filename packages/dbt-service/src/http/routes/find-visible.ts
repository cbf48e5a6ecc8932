import { notFound } from "../../api-error.ts";
import { isInScope } from "../../domain/permission.ts";
import {
  pickVisible,
  type Resource,
  type ResourceKind,
  type ResourceStore,
} from "../../store/resource-store.ts";
import type { RunRow } from "../../store/run-row.ts";
import type { RunStore } from "../../store/run-store.ts";
import type { ApiCall } from "../route.ts";

/** The thing of that id when the caller may see it and it is not deleted. Throws 404 otherwise. */
export async function loadVisible(
  resources: ResourceStore,
  kind: ResourceKind,
  call: Pick<ApiCall, "accountId" | "scope">,
  id: number,
): Promise<Resource> {
  const found = pickVisible(kind, await resources.find(kind, id), call);
  if (found === undefined || found.state !== 1) throw notFound();
  return found;
}

/** The project when the caller may see it. Contract: until the transaction of `resources` ends, it is not deleted. */
export async function holdProject(
  resources: ResourceStore,
  call: Pick<ApiCall, "accountId" | "scope">,
  id: number,
): Promise<Resource> {
  const found = pickVisible("project", await resources.hold("project", id), call);
  if (found === undefined) throw notFound();
  return found;
}

/** The run of that id when the caller may see it. Throws 404 otherwise. */
export async function loadVisibleRun(
  runs: RunStore,
  call: Pick<ApiCall, "accountId" | "scope">,
  id: number,
): Promise<RunRow> {
  const run = await runs.find(id);
  if (run === undefined || run.accountId !== call.accountId) throw notFound();
  if (!isInScope(call.scope, run.projectId)) throw notFound();
  return run;
}
