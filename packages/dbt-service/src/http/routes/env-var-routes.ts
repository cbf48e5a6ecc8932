import { type JsonRecord, readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import type { Resource } from "../../store/resource-store.ts";
import { renderEnvelope } from "../envelope.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import { listBulkRoutes } from "./bulk-variables.ts";
import { loadVisible } from "./find-visible.ts";
import type { ApiPorts } from "./ports.ts";
import {
  checkFree,
  checkPlace,
  createVariable,
  loadEnvironmentNames,
  loadVariables,
  readName,
  type VariableDraft,
} from "./project-variables.ts";

const VARS = "/api/v3/accounts/:account/projects/:project/environment-variables";
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
    ...listBulkRoutes(ports, VARS),
  ];
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

async function readByEnvironment(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const rows = await loadVariables(ports.resources, call);
  const names = await loadEnvironmentNames(ports.resources, call);
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
  for (const row of await loadVariables(ports.resources, call)) {
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
  const saved = await ports.resources.alone("env_var", async (resources) =>
    createVariable({ ...ports, resources }, call, readVariable(given)),
  );
  call.reply.code(201);
  return renderEnvelope(render(ports, saved), 201);
}

function readVariable(given: JsonRecord): VariableDraft {
  const name = readName(given["name"]);
  const type = readText(given["type"]) ?? "project";
  const environmentId = readNumber(given["environment_id"]);
  const jobId = readNumber(given["job_definition_id"]);
  if (type === "user") {
    throw new ApiError(
      400,
      `Cannot save the variable "${name}": "type" is "user", but this service keeps values of a project, an environment or a job alone`,
    );
  }
  const missing =
    type === "environment" && environmentId === null
      ? "environment_id"
      : type === "job" && jobId === null
        ? "job_definition_id"
        : null;
  if (missing !== null) {
    throw new ApiError(
      400,
      `Cannot save the variable "${name}": "${missing}" is missing, which type "${type}" needs`,
    );
  }
  return {
    name,
    type,
    environmentId: type === "environment" ? environmentId : null,
    jobId: type === "job" ? jobId : null,
    value: readText(given["raw_value"]) ?? "",
  };
}

async function loadVariable(ports: ApiPorts, call: ApiCall): Promise<Resource> {
  const found = await loadVisible(ports.resources, "env_var", call, call.id("id"));
  if (found.projectId !== call.id("project")) throw notFound();
  return found;
}

async function save(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const saved = await ports.resources.alone("env_var", async (resources) => {
    const found = await loadVariable({ ...ports, resources }, call);
    await checkPlace(resources, call, found.body);
    const value = readText(call.body["raw_value"]);
    const name = call.body["name"] === undefined ? found.name : readName(call.body["name"]);
    if (name !== found.name) await checkFree(resources, call, { ...found, name });
    return resources.save("env_var", found.id, {
      ...found,
      name,
      body: ports.secrets.seal("env_var", {
        ...found.body,
        ...(value === null ? {} : { raw_value: value }),
      }),
    });
  });
  if (saved === undefined) throw notFound();
  return renderEnvelope(render(ports, saved));
}

async function remove(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const found = await loadVariable(ports, call);
  await checkPlace(ports.resources, call, found.body);
  await ports.commands.delete("env_var", found, call.caller.name);
  return renderEnvelope(render(ports, { ...found, state: 2 }));
}
