import { dumpJson } from "@airloom/jinja";
import { buildManifest } from "../artifacts/build-artifacts.ts";
import type {
  Exposure,
  ManifestNode,
  ResourceType,
  SourceDefinition,
} from "../artifacts/manifest.ts";
import type { Settings } from "../cli/settings.ts";
import { DbtError } from "../error.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";
import { toValueOf } from "../template/values.ts";
import { type ChoosableTypes, chooseNodes } from "./choose-nodes.ts";
import { type CommandOutcome, type Invocation, writeArtifact } from "./invocation.ts";

const USUAL: readonly ResourceType[] = ["model", "seed", "snapshot", "test", "source", "exposure"];
// As in dbt, analyses are listed only when they are asked for.
const TYPES = { all: [...USUAL, "analysis"], usual: USUAL } as const;

type Listed = ManifestNode | SourceDefinition | Exposure;

// In dbt's order, of which scripts that read lines may make something.
const DEFAULT_KEYS = [
  "name",
  "resource_type",
  "package_name",
  "original_file_path",
  "unique_id",
  "alias",
  "source_name",
  "config",
  "tags",
  "depends_on",
];

function findItem(project: ParsedProject, id: string): Listed | undefined {
  return project.nodes.get(id)?.node ?? project.sources.get(id) ?? project.exposures.get(id);
}

function selectorOf(item: Listed): string {
  switch (item.resource_type) {
    case "source":
      return `source:${item.package_name}.${item.source_name}.${item.name}`;
    case "exposure":
      return `exposure:${item.package_name}.${item.name}`;
    default:
      return item.fqn.join(".");
  }
}

function renderItem(item: Listed, output: string, keys: readonly string[]): string {
  switch (output) {
    case "name":
      return item.resource_type === "source" ? `${item.source_name}.${item.name}` : item.name;
    case "path":
      return item.original_file_path;
    case "json": {
      const values = new Map<string, unknown>(Object.entries(item));
      const shown = (keys.length === 0 ? DEFAULT_KEYS : keys).filter((key) => values.has(key));
      const picked = Object.fromEntries(shown.map((key) => [key, values.get(key)]));
      return dumpJson(toValueOf(picked), { indent: undefined, sortKeys: false });
    }
    default:
      return selectorOf(item);
  }
}

/** As in dbt, `--models` of `ls` is not another word for `--select`: it lists models only. */
function typesOf(settings: Settings): ChoosableTypes {
  if (settings.texts("models").length === 0) return TYPES;
  for (const key of ["select", "resource_types"]) {
    if (settings.texts(key).length === 0) continue;
    const flag = `--${key.replace("_types", "-type")}`;
    throw new DbtError(
      "Runtime",
      `"--models" and "${flag}" exclude each other: leave one of them out`,
    );
  }
  return { all: ["model"], usual: ["model"] };
}

/** `dbt ls`: prints what the selection chooses. */
export function listCommand(invocation: Invocation): CommandOutcome {
  const project = invocation.parse();
  writeArtifact(invocation, "manifest.json", buildManifest(project, new Map(), invocation.now()));
  const { settings, reporter } = invocation;
  const ids = chooseNodes(invocation, project, typesOf(settings));
  const output = settings.text("output") ?? "selector";
  const keys = settings.texts("output_keys").flatMap((text) => text.split(/[\s,]+/u));
  // As in dbt, in the order of the ids.
  const items = [...ids].toSorted().flatMap((id) => findItem(project, id) ?? []);
  const lines = items.map((item) => renderItem(item, output, keys));
  if (lines.length === 0) reporter.log("warn", "NoNodesSelected", "M024", "No nodes selected!");
  for (const line of lines) reporter.print(line);
  return { success: true };
}
