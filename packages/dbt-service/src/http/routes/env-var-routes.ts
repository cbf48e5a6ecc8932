import { type JsonRecord, readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import type { Resource, ResourceStore } from "../../store/resource-store.ts";
import { renderEnvelope } from "../envelope.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { checkCategoryOf } from "./check-category.ts";
import { checkReferences } from "./check-references.ts";
import { holdProject, loadVisible } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";

const VARS = "/api/v3/accounts/:account/projects/:project/environment-variables";
const NAME = /^DBT_[A-Z0-9_]{1,200}$/u;
const HIDDEN = "**********";

/** Environment variables of a project, with a value per environment and per job. */
export function listEnvVarRoutes(ports: ApiPorts): readonly Route[] {
  const write = "env_var:write";
  return [
    {
      method: "GET",
      path: `${VARS}/environment`,
      operation: "env_var:read",
      handle: (call) => readByEnvironment(ports, call),
    },
    {
      method: "GET",
      path: `${VARS}/job`,
      operation: "env_var:read",
      takes: REQUESTS.listVariablesOfJob,
      handle: (call) => readByJob(ports, call),
    },
    {
      method: "POST",
      path: VARS,
      operation: write,
      takes: REQUESTS.createVariable,
      handle: (call) => create(ports, call),
    },
    {
      method: "POST",
      path: `${VARS}/:id`,
      operation: write,
      takes: REQUESTS.saveVariable,
      handle: (call) => save(ports, call),
    },
    {
      method: "DELETE",
      path: `${VARS}/:id`,
      operation: write,
      handle: (call) => remove(ports, call),
    },
    {
      method: "POST",
      path: `${VARS}/bulk`,
      operation: write,
      takes: REQUESTS.saveVariables,
      handle: (call) => saveBulk(ports, call),
    },
    {
      method: "PUT",
      path: `${VARS}/bulk`,
      operation: write,
      takes: REQUESTS.saveVariables,
      handle: (call) => saveBulk(ports, call),
    },
    {
      method: "DELETE",
      path: `${VARS}/bulk`,
      operation: write,
      takes: REQUESTS.deleteVariables,
      handle: (call) => removeBulk(ports, call),
    },
  ];
}

async function loadAll(ports: ApiPorts, call: ApiCall): Promise<readonly Resource[]> {
  const project = await loadVisible(ports.resources, "project", call, call.id("project"));
  const { rows } = await ports.resources.list({
    kind: "env_var",
    accountId: call.accountId,
    scope: call.scope,
    projectIds: [project.id],
    states: [1],
    limit: 10_000,
    offset: 0,
  });
  return rows;
}

function showValue(ports: ApiPorts, variable: Resource): string {
  if (variable.name.startsWith("DBT_ENV_SECRET")) return HIDDEN;
  return readText(ports.secrets.open(variable.body)["raw_value"]) ?? "";
}

function render(ports: ApiPorts, variable: Resource): JsonRecord {
  return {
    id: variable.id,
    account_id: variable.accountId,
    project_id: variable.projectId,
    name: variable.name,
    type: variable.body["type"],
    environment_id: variable.body["environment_id"] ?? null,
    job_definition_id: variable.body["job_definition_id"] ?? null,
    user_id: null,
    display_value: showValue(ports, variable),
    state: variable.state,
  };
}

async function loadEnvironmentNames(
  ports: ApiPorts,
  call: ApiCall,
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await ports.resources.list({
    kind: "environment",
    accountId: call.accountId,
    scope: { kind: "projects", ids: [call.id("project")] },
    states: [1],
    limit: 1_000,
    offset: 0,
  });
  return new Map(rows.map((row) => [row.id, row.name]));
}

async function readByEnvironment(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const rows = await loadAll(ports, call);
  const names = await loadEnvironmentNames(ports, call);
  const variables: Record<string, Record<string, unknown>> = {};
  for (const row of rows) {
    const scope =
      row.body["type"] === "environment"
        ? names.get(readNumber(row.body["environment_id"]) ?? 0)
        : row.body["type"] === "project"
          ? "project"
          : undefined;
    if (scope === undefined) continue;
    variables[row.name] = {
      ...variables[row.name],
      [scope]: { id: row.id, value: showValue(ports, row) },
    };
  }
  return renderEnvelope({ environments: ["project", ...names.values()], variables });
}

async function readByJob(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const jobId = readNumber(call.query.params["job_definition_id"]);
  const found = jobId === null ? undefined : await ports.resources.find("job", jobId);
  const job = found?.projectId === call.id("project") ? found : undefined;
  const environmentId = readNumber(job?.body["environment_id"]);
  const variables: Record<string, Record<string, unknown>> = {};
  for (const row of await loadAll(ports, call)) {
    const type = readText(row.body["type"]) ?? "project";
    if (type === "job" && readNumber(row.body["job_definition_id"]) !== jobId) continue;
    if (type === "environment" && readNumber(row.body["environment_id"]) !== environmentId)
      continue;
    variables[row.name] = {
      ...variables[row.name],
      [type]: { id: row.id, value: showValue(ports, row) },
    };
  }
  return renderEnvelope(variables);
}

async function create(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  // Some clients send the variable inside an `env_var` key.
  const given = { ...call.body, ...readRecord(call.body["env_var"]) };
  const saved = await put(ports, call, readVariable(given));
  call.reply.code(201);
  return renderEnvelope(render(ports, saved), 201);
}

interface VariableDraft {
  readonly name: string;
  readonly type: string;
  readonly environmentId: number | null;
  readonly jobId: number | null;
  readonly value: string;
}

function readVariable(given: JsonRecord): VariableDraft {
  const type = readText(given["type"]) ?? "project";
  if (!["project", "environment", "job"].includes(type)) {
    throw new ApiError(
      400,
      `Cannot save the variable: "type" is "${type}", but this service keeps values of a project, an environment or a job alone`,
    );
  }
  return {
    name: readName(given["name"]),
    type,
    environmentId: readNumber(given["environment_id"]),
    jobId: readNumber(given["job_definition_id"]),
    value: readText(given["raw_value"]) ?? "",
  };
}

function readName(given: unknown): string {
  const name = readText(given) ?? "";
  if (!NAME.test(name)) {
    throw new ApiError(
      400,
      `Cannot save the variable "${name}": a name begins with DBT_ and goes on in capitals, digits and _`,
    );
  }
  return name;
}

// One value per variable and place: saving it again replaces it.
async function put(ports: ApiPorts, call: ApiCall, draft: VariableDraft): Promise<Resource> {
  return ports.resources.together(async (resources) => {
    const project = await holdProject(resources, call, call.id("project"));
    const body = {
      type: draft.type,
      environment_id: draft.environmentId,
      job_definition_id: draft.jobId,
    };
    await checkReferences(resources, call, { kind: "env_var", projectId: project.id, body });
    await checkPlace(resources, call, body);
    const existing = (await loadAll({ ...ports, resources }, call)).find(
      (row) =>
        row.name === draft.name &&
        row.body["type"] === draft.type &&
        readNumber(row.body["environment_id"]) === draft.environmentId &&
        readNumber(row.body["job_definition_id"]) === draft.jobId,
    );
    const stored = {
      accountId: call.accountId,
      projectId: project.id,
      name: draft.name,
      state: 1,
      body: ports.secrets.seal("env_var", { ...body, raw_value: draft.value }),
    };
    if (existing === undefined) return resources.create("env_var", stored);
    return (await resources.save("env_var", existing.id, stored)) ?? existing;
  });
}

/** Where a variable is of one environment or job, that environment's kind counts. */
async function checkPlace(
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

async function loadVariable(ports: ApiPorts, call: ApiCall): Promise<Resource> {
  const found = await loadVisible(ports.resources, "env_var", call, call.id("id"));
  if (found.projectId !== call.id("project")) throw notFound();
  return found;
}

async function save(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const found = await loadVariable(ports, call);
  await checkPlace(ports.resources, call, found.body);
  const body = { ...found.body, raw_value: readText(call.body["raw_value"]) ?? "" };
  const saved = await ports.resources.save("env_var", found.id, {
    ...found,
    name: call.body["name"] === undefined ? found.name : readName(call.body["name"]),
    body: ports.secrets.seal("env_var", body),
  });
  return renderEnvelope(render(ports, saved ?? found));
}

async function remove(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const found = await loadVariable(ports, call);
  await checkPlace(ports.resources, call, found.body);
  await ports.commands.delete("env_var", found, call.caller.name);
  return renderEnvelope(render(ports, { ...found, state: 2 }));
}

// `{"env_var": {"new_name": NAME, "project": value, "<environment name>": value}}`
async function saveBulk(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const given = readRecord(call.body["env_var"] ?? call.body["env_vars"]);
  const name = readName(given["new_name"] ?? given["name"]);
  const names = await loadEnvironmentNames(ports, call);
  const known = (await loadAll(ports, call)).filter((row) => row.name === name);
  const ids: number[] = [];
  for (const [scope, value] of Object.entries(given)) {
    if (scope === "new_name" || scope === "name" || typeof value !== "string") continue;
    // Terraform names a value that is there by its id, and takes it away with an empty text.
    const row = known.find((one) => String(one.id) === scope);
    if (row !== undefined) {
      await saveValue(ports, call, { row, value });
      continue;
    }
    const environmentId = [...names].find(([, one]) => one === scope)?.[0] ?? null;
    if (scope !== "project" && environmentId === null) continue;
    const type = scope === "project" ? "project" : "environment";
    ids.push((await put(ports, call, { name, type, environmentId, jobId: null, value })).id);
  }
  return renderEnvelope({ message: "Environment variables saved", new_var_ids: ids });
}

async function saveValue(
  ports: ApiPorts,
  call: ApiCall,
  { row, value }: { readonly row: Resource; readonly value: string },
): Promise<void> {
  await checkPlace(ports.resources, call, row.body);
  if (value === "") {
    await ports.commands.delete("env_var", row, call.caller.name);
    return;
  }
  const body = ports.secrets.seal("env_var", { ...row.body, raw_value: value });
  await ports.resources.save("env_var", row.id, { ...row, body });
}

async function removeBulk(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const given = readRecord(call.body["env_var"] ?? call.body);
  const name = readName(given["name"]);
  for (const row of (await loadAll(ports, call)).filter((variable) => variable.name === name)) {
    await checkPlace(ports.resources, call, row.body);
    await ports.commands.delete("env_var", row, call.caller.name);
  }
  return renderEnvelope({ message: "Environment variables deleted" });
}
