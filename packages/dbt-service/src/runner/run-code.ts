import { type JsonRecord, readNumber, readText } from "@airloom/dbt-cloud/contract";
import { fits, REFERENCES } from "../domain/reference.ts";
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
  /** Secrets of connection and credentials, to be masked in logs. */
  readonly secrets: readonly string[];
}

/** Collects what a run works with: code, connection, credentials, variables. Secrets are readable in the answer. */
export async function loadRunSetup(ports: RunnerPorts, run: RunRow): Promise<RunSetup> {
  const project = await findPlace(ports, run, "project", run.projectId);
  const environment = await findPlace(ports, run, "environment", run.environmentId);
  const secrets: string[] = [];
  const find = async (owner: "project" | "environment", key: string) => {
    const body = owner === "project" ? project : environment;
    const stored = await loadNamed(ports, run, { owner, key, body });
    if (stored !== undefined && key !== "extended_attributes_id") {
      secrets.push(...ports.secrets.listTexts(stored));
    }
    return stored && ports.secrets.open(stored);
  };
  const repository =
    (await find("environment", "repository_id")) ?? (await find("project", "repository_id"));
  const remoteUrl = readText(repository?.["remote_url"]);
  if (remoteUrl === null) {
    throw new Error(
      `Cannot clone the project: project ${run.projectId} has no repository; set one with a remote_url that is a folder or a git address`,
    );
  }
  return {
    project,
    environment,
    connection:
      (await find("environment", "connection_id")) ?? (await find("project", "connection_id")),
    credentials: await find("environment", "credentials_id"),
    extendedAttributes: readAttributes(await find("environment", "extended_attributes_id")),
    remoteUrl,
    subdirectory:
      readText(environment["dbt_project_subdirectory"]) ??
      readText(project["dbt_project_subdirectory"]) ??
      "",
    branch:
      environment["use_custom_branch"] === true ? readText(environment["custom_branch"]) : null,
    variables: await loadVariables(ports, run),
    secrets,
  };
}

async function findPlace(
  ports: RunnerPorts,
  run: RunRow,
  kind: "project" | "environment",
  id: number,
): Promise<JsonRecord> {
  const found = await ports.resources.find(kind, id);
  return found?.accountId === run.accountId ? { ...found.body, name: found.name } : {};
}

/** What a field names, as stored. Who saved the field may have had no right to name it: this is checked again. */
async function loadNamed(
  ports: RunnerPorts,
  run: RunRow,
  field: {
    readonly owner: "project" | "environment";
    readonly key: string;
    readonly body: JsonRecord;
  },
): Promise<JsonRecord | undefined> {
  const { owner, key, body } = field;
  const reference = REFERENCES[owner][key];
  const id = readNumber(body[key]);
  if (id === null || reference === undefined || reference.kind === null) return undefined;
  const found = await ports.resources.find(reference.kind, id);
  if (found === undefined || !fits(found, reference, run)) {
    throw new Error(
      `Cannot prepare the run: the ${owner} names ${reference.kind} ${id} as its "${key}", and project ${run.projectId} has none of that id; name one that it has`,
    );
  }
  return { ...found.body, name: found.name };
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
  });
  return rows.map((row) => {
    const body = ports.secrets.open(row.body);
    return {
      name: row.name,
      type: readText(body["type"]) ?? "project",
      environmentId: readNumber(body["environment_id"]),
      jobId: readNumber(body["job_definition_id"]),
      value: readText(body["raw_value"]) ?? "",
    };
  });
}
