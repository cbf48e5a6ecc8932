import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import type { ResourceKind } from "../store/resource-store.ts";
import type { RunRow } from "../store/run-row.ts";
import type { RunnerPorts } from "./run-context.ts";
import type { ProjectVariable } from "./run-environment.ts";

/** What a run's account has configured for it, as it is when the run starts to prepare. */
export interface RunSetup {
  readonly project: JsonRecord;
  readonly environment: JsonRecord;
  readonly connection: JsonRecord | undefined;
  readonly credentials: JsonRecord | undefined;
  readonly extendedAttributes: JsonRecord;
  readonly remoteUrl: string;
  /** Folder below the repository that holds `dbt_project.yml`. */
  readonly subdirectory: string;
  readonly branch: string | null;
  readonly variables: readonly ProjectVariable[];
}

/** Collects what a run works with: code, connection, credentials, variables. Secrets are readable in the answer. */
export async function loadRunSetup(ports: RunnerPorts, run: RunRow): Promise<RunSetup> {
  const find = async (kind: ResourceKind, id: number | null): Promise<JsonRecord | undefined> => {
    const resource = id === null ? undefined : await ports.resources.find(kind, id);
    if (resource === undefined || resource.accountId !== run.accountId) return undefined;
    return ports.secrets.openFields({ ...resource.body, name: resource.name });
  };
  const project = (await find("project", run.projectId)) ?? {};
  const environment = (await find("environment", run.environmentId)) ?? {};
  const repository = await find("repository", readNumber(project["repository_id"]));
  const remoteUrl = readText(repository?.["remote_url"]);
  if (remoteUrl === null) {
    throw new Error(
      `Cannot clone the project: project ${run.projectId} has no repository; set one with a remote_url that is a folder or a git address`,
    );
  }
  const connectionId =
    readNumber(environment["connection_id"]) ?? readNumber(project["connection_id"]);
  return {
    project,
    environment,
    connection: await find("connection", connectionId),
    credentials: await find("credentials", readNumber(environment["credentials_id"])),
    extendedAttributes: readAttributes(
      await find("extended_attributes", readNumber(environment["extended_attributes_id"])),
    ),
    remoteUrl,
    subdirectory: readText(project["dbt_project_subdirectory"]) ?? "",
    branch:
      environment["use_custom_branch"] === true ? readText(environment["custom_branch"]) : null,
    variables: await loadVariables(ports, run),
  };
}

function readAttributes(body: JsonRecord | undefined): JsonRecord {
  const attributes = body?.["extended_attributes"];
  return typeof attributes === "object" && attributes !== null && !Array.isArray(attributes)
    ? { ...attributes }
    : {};
}

async function loadVariables(ports: RunnerPorts, run: RunRow): Promise<readonly ProjectVariable[]> {
  const { rows } = await ports.resources.list({
    kind: "env_var",
    accountId: run.accountId,
    scope: { kind: "all" },
    projectIds: [run.projectId],
    states: [1],
    limit: 10_000,
    offset: 0,
  });
  return rows.map((row) => {
    const body = ports.secrets.openFields(row.body);
    return {
      name: row.name,
      type: readText(body["type"]) ?? "project",
      environmentId: readNumber(body["environment_id"]),
      jobId: readNumber(body["job_definition_id"]),
      value: readText(body["raw_value"]) ?? "",
    };
  });
}
