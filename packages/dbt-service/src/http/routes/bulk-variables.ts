import { type JsonRecord, readRecord, readText } from "@airloom/dbt-cloud/contract";
import { ApiError, notFound } from "../../api-error.ts";
import type { Resource } from "../../store/resource-store.ts";
import { renderEnvelope } from "../envelope.ts";
import { REQUESTS } from "../requests.ts";
import type { ApiCall, Route } from "../route.ts";
import type { ApiPorts } from "./ports.ts";
import {
  checkPlace,
  createVariable,
  loadEnvironmentNames,
  loadVariables,
  readName,
  type VariableDraft,
} from "./project-variables.ts";

type Ports = Pick<ApiPorts, "resources" | "secrets">;

/** Whole variables with their values in all places: made, changed, renamed, deleted. */
export function listBulkRoutes(ports: ApiPorts, path: string): readonly Route[] {
  const base = { path: `${path}/bulk`, operation: "env_var:write" } as const;
  const together = (work: (inside: Ports) => Promise<unknown>): Promise<unknown> =>
    ports.resources.alone("env_var", (resources) => work({ ...ports, resources }));
  return [
    {
      ...base,
      method: "POST",
      takes: REQUESTS.createVariables,
      handle: (call) => together((inside) => create(inside, call)),
    },
    {
      ...base,
      method: "PUT",
      takes: REQUESTS.saveVariables,
      handle: (call) => together((inside) => save(inside, call)),
    },
    {
      ...base,
      method: "DELETE",
      takes: REQUESTS.deleteVariables,
      handle: (call) => remove(ports, call),
    },
  ];
}

// `{"env_var": {"new_name": NAME, "project": value, "<environment name>": value}}`, or a list of these.
async function create(ports: Ports, call: ApiCall): Promise<unknown> {
  const { env_var: given } = call.body;
  const ids: number[] = [];
  for (const one of (Array.isArray(given) ? given : [given]).map(readRecord)) {
    const name = readName(one["new_name"]);
    if ((await loadNamed(ports, call, name)).length > 0) {
      throw new ApiError(400, `Cannot make the variable "${name}": the project has one already`);
    }
    for (const [scope, value] of listValues(one)) {
      if (value === "") continue;
      const place = await findPlace(ports, call, scope, name);
      ids.push((await createVariable(ports, call, { ...place, name, value })).id);
    }
  }
  return renderEnvelope({ message: "Environment variables saved", new_var_ids: ids });
}

// `{"env_vars": {"name": NAME, "new_name": NAME, "<id of a value>" or "project" or "<environment name>": value}}`
async function save(ports: Ports, call: ApiCall): Promise<unknown> {
  const given = readRecord(call.body["env_vars"]);
  const name = readName(given["name"]);
  const rows = await loadNamed(ports, call, name);
  if (rows.length === 0) {
    throw new ApiError(
      400,
      `Cannot change the variable "${name}": the project has none of that name`,
    );
  }
  const [created, deleted] = [[] as number[], [] as number[]];
  for (const [key, value] of listValues(given)) {
    const row = await findRow(ports, call, rows, key);
    if (row === undefined) {
      if (value === "") continue;
      const place = await findPlace(ports, call, key, name);
      created.push((await createVariable(ports, call, { ...place, name, value })).id);
    } else if (value === "") {
      await checkPlace(ports.resources, call, row.body);
      await ports.resources.delete("env_var", row.id, call.caller.name);
      deleted.push(row.id);
    } else {
      await checkPlace(ports.resources, call, row.body);
      const body = ports.secrets.seal("env_var", { ...row.body, raw_value: value });
      await ports.resources.save("env_var", row.id, { ...row, body });
    }
  }
  const newName = readText(given["new_name"]) ?? name;
  if (newName !== name) await rename(ports, call, name, readName(newName));
  return renderEnvelope({
    message: "Environment variables saved",
    new_var_ids: created,
    deleted_var_ids: deleted,
  });
}

/** Gives a variable its new name in every place, those of jobs included. */
async function rename(ports: Ports, call: ApiCall, name: string, newName: string): Promise<void> {
  if ((await loadNamed(ports, call, newName)).length > 0) {
    throw new ApiError(
      400,
      `Cannot rename the variable "${name}": the project has a "${newName}" already`,
    );
  }
  for (const row of await loadNamed(ports, call, name)) {
    await checkPlace(ports.resources, call, row.body);
    await ports.resources.save("env_var", row.id, { ...row, name: newName });
  }
}

async function remove(ports: ApiPorts, call: ApiCall): Promise<unknown> {
  const given = { ...call.body, ...readRecord(call.body["env_var"]) };
  const rows = await loadNamed(ports, call, readName(given["name"], "delete"));
  if (rows.length === 0) throw notFound();
  for (const row of rows) await checkPlace(ports.resources, call, row.body);
  for (const row of rows) await ports.commands.delete("env_var", row, call.caller.name);
  return renderEnvelope({ message: "Environment variables deleted" });
}

async function loadNamed(
  { resources }: Ports,
  call: ApiCall,
  name: string,
): Promise<readonly Resource[]> {
  return (await loadVariables(resources, call)).filter((row) => row.name === name);
}

/** Values by place; an empty one, or null, takes the value there away. */
function listValues(given: JsonRecord): readonly (readonly [string, string])[] {
  return Object.entries(given)
    .filter(([key]) => key !== "name" && key !== "new_name")
    .map(([key, value]) => [key, readText(value) ?? ""] as const);
}

async function findRow(
  { resources }: Ports,
  call: ApiCall,
  rows: readonly Resource[],
  key: string,
): Promise<Resource | undefined> {
  if (key === "project") return rows.find(({ body }) => body["type"] === "project");
  const environment = await findEnvironment(resources, call, key);
  return environment === undefined
    ? rows.find(({ id }) => String(id) === key)
    : rows.find(({ body }) => body["environment_id"] === environment);
}

async function findPlace(
  { resources }: Ports,
  call: ApiCall,
  scope: string,
  name: string,
): Promise<Pick<VariableDraft, "type" | "environmentId" | "jobId">> {
  if (scope === "project") return { type: "project", environmentId: null, jobId: null };
  const environmentId = await findEnvironment(resources, call, scope);
  if (environmentId !== undefined) return { type: "environment", environmentId, jobId: null };
  const known = [...(await loadEnvironmentNames(resources, call)).values()];
  throw new ApiError(
    400,
    `Cannot save the variable "${name}" for "${scope}": expected project, or an environment of the project: ${known.join(", ")}`,
  );
}

async function findEnvironment(
  resources: ApiPorts["resources"],
  call: ApiCall,
  name: string,
): Promise<number | undefined> {
  const names = await loadEnvironmentNames(resources, call);
  return [...names].find(([, known]) => known === name)?.[0];
}
