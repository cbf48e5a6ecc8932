import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type JsonRecord, readNumber, readRecord, readText } from "@airloom/dbt-cloud/contract";
import type { RunRow } from "../store/run-row.ts";
import { getOriginalDir } from "./original-dir.ts";
import { adaptProfile, renderProfile } from "./profile-text.ts";
import { readProjectFile } from "./read-project-file.ts";
import type { RunFolders } from "./run-context.ts";

/** What the profile of a run is made from. */
export interface ProfileSources {
  readonly run: RunRow;
  readonly folders: RunFolders;
  /** Folder of `dbt_project.yml` in the run's copy. */
  readonly projectDir: string;
  /** Below the repository: the folder of `dbt_project.yml`. */
  readonly subdirectory: string;
  readonly remoteUrl: string;
  readonly connection: JsonRecord | undefined;
  readonly credentials: JsonRecord | undefined;
  readonly extendedAttributes: JsonRecord;
  readonly dataDir: string;
}

/** Writes `profiles.yml` for a run; answers a line for the log that says where it came from. */
export async function prepareProfile(sources: ProfileSources): Promise<string> {
  await mkdir(sources.folders.profiles, { recursive: true });
  const file = join(sources.folders.profiles, "profiles.yml");
  const schema = readText(sources.run.overrides["schema_override"]);
  if (sources.connection !== undefined) {
    await writeFile(file, await renderFromConnection(sources, sources.connection, schema), {
      mode: 0o600,
    });
    return `Profile written for connection "${readText(sources.connection["name"]) ?? ""}"`;
  }
  const own = await findOwnProfile(sources);
  const configured = readText(
    sources.credentials?.["schema"] ?? sources.credentials?.["default_schema"],
  );
  const adapted = adaptProfile(own.text, {
    originalDir: getOriginalDir(sources, sources.run, sources.dataDir),
    schema: schema ?? configured,
  });
  await writeFile(file, adapted, { mode: 0o600 });
  return `Profile taken from the project's own ${own.name}`;
}

async function renderFromConnection(
  sources: ProfileSources,
  connection: JsonRecord,
  schema: string | null,
): Promise<string> {
  const settings = readRecord(sources.run.job["settings"]);
  const target =
    readText(sources.run.overrides["target_name_override"]) ?? readText(settings["target_name"]);
  return renderProfile({
    profileName: await readProfileName(sources),
    targetName: target ?? "default",
    connection,
    credentials: sources.credentials ?? {},
    extendedAttributes: sources.extendedAttributes,
    threads:
      readNumber(sources.run.overrides["threads_override"]) ?? readNumber(settings["threads"]) ?? 1,
    schema,
    warehouseDir: getOriginalDir(sources, sources.run, sources.dataDir),
  });
}

async function readProfileName({ folders, projectDir }: ProfileSources): Promise<string> {
  const text = (await readProjectFile(folders.code, join(projectDir, "dbt_project.yml"))) ?? "";
  const name = /^profile:\s*["']?(?<name>[\w.-]+)/mu.exec(text)?.groups?.["name"];
  const project = /^name:\s*["']?(?<name>[\w.-]+)/mu.exec(text)?.groups?.["name"];
  return name ?? project ?? "default";
}

async function findOwnProfile(
  sources: ProfileSources,
): Promise<{ readonly name: string; readonly text: string }> {
  for (const folder of [sources.projectDir, sources.folders.code]) {
    const text = await readProjectFile(sources.folders.code, join(folder, "profiles.yml"));
    if (text !== undefined) return { name: "profiles.yml", text };
  }
  const name = join(homedir(), ".dbt", "profiles.yml");
  const text = await readFile(name, "utf8").catch(() => undefined);
  if (text !== undefined) return { name, text };
  throw new Error(
    'Cannot write a profile: the environment names no connection and the project brings no "profiles.yml"',
  );
}
