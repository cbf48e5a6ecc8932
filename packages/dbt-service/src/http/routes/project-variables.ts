import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import { ApiError } from "../../api-error.ts";
import type { Resource, ResourceStore } from "../../store/resource-store.ts";
import type { ApiCall } from "../route.ts";
import { checkCategoryOf } from "./check-category.ts";
import { checkReferences } from "./check-references.ts";
import { holdProject, loadVisible } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";

const NAME = /^DBT_[A-Z0-9_]{1,200}$/u;

/** A value of a variable in one place: the project, an environment or a job. */
export interface VariableDraft {
  readonly name: string;
  readonly type: string;
  readonly environmentId: number | null;
  readonly jobId: number | null;
  readonly value: string;
}

/** The values of all variables of the project that the address names. */
export async function loadVariables(
  resources: ResourceStore,
  call: ApiCall,
): Promise<readonly Resource[]> {
  const project = await loadVisible(resources, "project", call, call.id("project"));
  const { rows } = await resources.list({
    kind: "env_var",
    accountId: call.accountId,
    scope: call.scope,
    projectIds: [project.id],
    states: [1],
  });
  return rows;
}

/** Names of the project's environments, by id. */
export async function loadEnvironmentNames(
  resources: ResourceStore,
  call: ApiCall,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await resources.list({
    kind: "environment",
    accountId: call.accountId,
    scope: { kind: "projects", ids: [call.id("project")] },
    states: [1],
  });
  return new Map(rows.map((row) => [row.id, row.name]));
}

/** The name of a variable as dbt Cloud allows it. */
export function readName(given: unknown, action: "save" | "delete" = "save"): string {
  const name = readText(given) ?? "";
  if (!NAME.test(name)) {
    throw new ApiError(
      400,
      `Cannot ${action} the variable "${name}": a name begins with DBT_ and goes on in capitals, digits and _`,
    );
  }
  return name;
}

/** Makes a value of a variable. Errors: 400 where the variable has one in that place. */
export async function createVariable(
  { resources, secrets }: Pick<ApiPorts, "resources" | "secrets">,
  call: ApiCall,
  draft: VariableDraft,
): Promise<Resource> {
  const project = await holdProject(resources, call, call.id("project"));
  const body = {
    type: draft.type,
    environment_id: draft.environmentId,
    job_definition_id: draft.jobId,
  };
  await checkReferences(resources, call, { kind: "env_var", projectId: project.id, body });
  await checkPlace(resources, call, body);
  await checkFree(resources, call, { name: draft.name, body });
  return resources.create("env_var", {
    accountId: call.accountId,
    projectId: project.id,
    name: draft.name,
    state: 1,
    body: secrets.seal("env_var", { ...body, raw_value: draft.value }),
  });
}

/** Where a variable is of one environment or job, the caller's right has to reach that environment's kind. */
export async function checkPlace(
  resources: ResourceStore,
  call: ApiCall,
  body: JsonRecord,
): Promise<void> {
  const jobId = readNumber(body["job_definition_id"]);
  const job = jobId === null ? undefined : await resources.find("job", jobId);
  const environmentId = body["environment_id"] ?? job?.body["environment_id"] ?? null;
  if (environmentId === null) return;
  await checkCategoryOf(resources, call, "env_var:write", environmentId);
}

/** Refuses a name that the variable's place has already. */
export async function checkFree(
  resources: ResourceStore,
  call: ApiCall,
  wanted: Pick<Resource, "name" | "body">,
): Promise<void> {
  const isTaken = (await loadVariables(resources, call)).some(
    (row) => row.name === wanted.name && getPlace(row) === getPlace(wanted),
  );
  if (!isTaken) return;
  throw new ApiError(
    400,
    `Cannot save the variable "${wanted.name}": it has a value for this ${String(wanted.body["type"])} already; change that one`,
  );
}

function getPlace({ body }: Pick<Resource, "body">): string {
  const ids = [readNumber(body["environment_id"]), readNumber(body["job_definition_id"])];
  return [body["type"], ...ids].join(" ");
}
