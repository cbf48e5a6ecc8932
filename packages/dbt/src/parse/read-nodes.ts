import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { DbtError, withPlace } from "../error.ts";
import { isJsonObject, type JsonValue, listOf, renderScalar, textOf } from "../json.ts";
import type { Project } from "../project/project-file.ts";
import { walkFiles } from "../project/walk-files.ts";
import { placeHookError } from "../run/locate-hook.ts";
import { templateFailure } from "../template/render-yaml.ts";
import { hasOwnAnalyses, type NodeSource, parseNode } from "./parse-node.ts";
import { findProperties, type ParsedNode, type ParseState, placeOf } from "./parse-state.ts";
import type { Properties, PropertiesKind } from "./read-properties.ts";
import { propertiesOfVersion } from "./version-columns.ts";

interface CodeFile {
  readonly project: Project;
  /** Path from the project's root. */
  readonly file: string;
  /** Path from the resource folder. */
  readonly path: string;
  readonly name: string;
  readonly contents: string;
}

function readFiles(
  project: Project,
  folders: readonly string[],
  extensions: readonly string[],
): readonly CodeFile[] {
  return folders.flatMap((folder) =>
    walkFiles(project, [folder], extensions).map((file) => ({
      project,
      file,
      path: file.slice(folder.length + 1),
      name: basename(file, extname(file)),
      contents: readFileSync(join(project.root, file), "utf8"),
    })),
  );
}

function fqnOf(file: CodeFile, name: string): readonly string[] {
  return [file.project.name, ...file.path.split("/").slice(0, -1), name];
}

function sourceOf(
  state: ParseState,
  file: CodeFile,
  kind: PropertiesKind,
): Omit<NodeSource, "type"> {
  return {
    project: file.project,
    name: file.name,
    path: file.path,
    originalPath: file.file,
    fqn: fqnOf(file, file.name),
    contents: file.contents,
    rawCode: file.contents.trim(),
    firstLine:
      file.contents.length - file.contents.trimStart().length === 0
        ? 1
        : leadingLines(file.contents),
    properties: findProperties(state, kind, file.project.name, file.name),
  };
}

function leadingLines(contents: string): number {
  const blank = contents.slice(0, contents.length - contents.trimStart().length);
  return blank.split("\n").length;
}

interface Version {
  readonly version: string | number;
  readonly latest: string | number;
  readonly entry: Properties;
}

function versionOf(item: JsonValue): string | number | undefined {
  if (!isJsonObject(item)) return undefined;
  const { v } = item;
  return typeof v === "number" || typeof v === "string" ? v : undefined;
}

/** The highest version: as numbers when all are numbers, as texts otherwise. */
function newest(versions: readonly (string | number)[]): string | number | undefined {
  const isNumeric = versions.every((version) => !Number.isNaN(Number(version)));
  return versions
    .toSorted((a, b) =>
      isNumeric ? Number(a) - Number(b) : String(a).localeCompare(String(b), "en"),
    )
    .at(-1);
}

/** Files that are versions of a model, by file name. */
function versionsByFile(
  state: ParseState,
  project: Project,
  names: ReadonlySet<string>,
): ReadonlyMap<string, Version> {
  const found = new Map<string, Version>();
  for (const entry of state.properties) {
    if (entry.kind !== "models" || entry.packageName !== project.name) continue;
    const items = listOf(entry.value["versions"]).filter(isJsonObject);
    const versions = items.flatMap((item) => versionOf(item) ?? []);
    const given = entry.value["latest_version"];
    const latest =
      typeof given === "number" || typeof given === "string" ? given : newest(versions);
    for (const item of items) {
      const version = versionOf(item);
      if (version === undefined || latest === undefined) continue;
      const suffixed = textOf(item["defined_in"]) ?? `${entry.name}_v${version}`;
      // The newest version may lie in a file without a suffix.
      const isPlain = version === latest && !names.has(suffixed);
      const file = isPlain ? entry.name : suffixed;
      const value = {
        ...propertiesOfVersion(entry.value, item),
        name: entry.name,
        config: { ...objectOr(entry.value["config"]), ...objectOr(item["config"]) },
      };
      found.set(file, { version, latest, entry: { ...entry, value } });
    }
  }
  return found;
}

function objectOr(value: JsonValue | undefined): Readonly<Record<string, JsonValue>> {
  return isJsonObject(value) ? value : {};
}

function readModels(state: ParseState, project: Project): readonly ParsedNode[] {
  const files = readFiles(project, project.paths.models, [".sql"]);
  const versions = versionsByFile(state, project, new Set(files.map(({ name }) => name)));
  return files.map((file) => {
    const source = sourceOf(state, file, "models");
    const version = versions.get(file.name);
    if (version === undefined) return parseNode(state, { ...source, type: "model" });
    const { name } = version.entry;
    return parseNode(state, {
      ...source,
      type: "model",
      name,
      version: version.version,
      latestVersion: version.latest,
      fqn: fqnOf(file, name).concat(`v${version.version}`),
      properties: version.entry,
    });
  });
}

function readSeeds(state: ParseState, project: Project): readonly ParsedNode[] {
  return readFiles(project, project.paths.seeds, [".csv"]).map((file) =>
    parseNode(state, { ...sourceOf(state, file, "seeds"), type: "seed", rawCode: "" }),
  );
}

function readSingularTests(state: ParseState, project: Project): readonly ParsedNode[] {
  return readFiles(project, project.paths.tests, [".sql"])
    .filter((file) => !file.path.startsWith("generic/") && !file.path.startsWith("fixtures/"))
    .map((file) => parseNode(state, { ...sourceOf(state, file, "data_tests"), type: "test" }));
}

function readAnalyses(state: ParseState, project: Project): readonly ParsedNode[] {
  return readFiles(project, project.paths.analyses, [".sql"]).map((file) => {
    const path = hasOwnAnalyses(state.workspace) ? file.path : `analysis/${file.path}`;
    const source = sourceOf(state, { ...file, path }, "analyses");
    return parseNode(state, { ...source, type: "analysis" });
  });
}

function readSnapshotBlocks(state: ParseState, project: Project): readonly ParsedNode[] {
  return readFiles(project, project.paths.snapshots, [".sql"]).flatMap((file) => {
    try {
      return state.workspace.environments.parse
        .findBlocks(file.contents, ["snapshot"], { file: file.file })
        .map((block) =>
          parseNode(state, {
            ...sourceOf(state, file, "snapshots"),
            type: "snapshot",
            name: block.name,
            fqn: [...fqnOf(file, file.name), block.name],
            rawCode: block.body,
            firstLine: block.bodyLine,
            properties: findProperties(state, "snapshots", project.name, block.name),
          }),
        );
    } catch (error) {
      throw templateFailure(error);
    }
  });
}

function readYamlSnapshots(state: ParseState, project: Project): readonly ParsedNode[] {
  return state.properties
    .filter((entry) => entry.kind === "snapshots" && entry.packageName === project.name)
    .filter((entry) => entry.value["relation"] !== undefined)
    .map((entry) => {
      const folder =
        project.paths.snapshots.find((path) => entry.file.startsWith(`${path}/`)) ??
        project.paths.models.find((path) => entry.file.startsWith(`${path}/`)) ??
        "";
      const inner = entry.file.slice(folder.length + 1);
      const relation = renderScalar(entry.value["relation"]);
      const rawCode = `select * from {{ ${relation} }}`;
      try {
        return parseNode(state, {
          type: "snapshot",
          project,
          name: entry.name,
          path: `${inner}/${entry.name}.sql`,
          originalPath: entry.file,
          fqn: [project.name, ...inner.split("/").slice(0, -1), entry.name],
          contents: readFileSync(join(project.root, entry.file), "utf8"),
          rawCode,
          firstLine: entry.line ?? 1,
          properties: entry,
        });
      } catch (error) {
        throw withPlace(error, placeOf(entry));
      }
    });
}

/** What `on-run-start` and `on-run-end` run, as dbt lists it: one operation for each statement. */
function readProjectHooks(state: ParseState, project: Project): readonly ParsedNode[] {
  const hooks = [
    ["on-run-start", project.onRunStart],
    ["on-run-end", project.onRunEnd],
  ] as const;
  return hooks.flatMap(([key, statements]) =>
    statements.map((raw, index) => {
      const name = `${project.name}-${key}-${index}`;
      try {
        const parsed = parseNode(state, {
          type: "operation",
          project,
          name,
          path: `hooks/${name}.sql`,
          originalPath: "./dbt_project.yml",
          fqn: [project.name, "hooks", name],
          contents: raw,
          rawCode: raw,
          firstLine: 1,
          properties: undefined,
        });
        return { ...parsed, node: { ...parsed.node, tags: [key, ...parsed.node.tags] } };
      } catch (error) {
        const failed = { key, raw, sql: undefined, lineAt: () => 1 };
        throw placeHookError(error, failed, [{ root: project.root, file: "dbt_project.yml" }]);
      }
    }),
  );
}

/** Reads and parses every node of a project that is written as code or data. */
export function readNodes(state: ParseState, project: Project): readonly ParsedNode[] {
  return [
    ...readModels(state, project),
    ...readAnalyses(state, project),
    ...readSingularTests(state, project),
    ...readSeeds(state, project),
    ...readSnapshotBlocks(state, project),
    ...readYamlSnapshots(state, project),
    ...readProjectHooks(state, project),
  ];
}

/** Refuses two resources that `ref()` could not tell apart. */
export function checkDuplicate(existing: ParsedNode, added: ParsedNode): never {
  const { node } = added;
  throw new DbtError(
    "Compilation",
    `dbt found two ${node.resource_type}s with the name "${node.name}": ${existing.node.original_file_path} and ${node.original_file_path}; rename one of them`,
    { place: added.place },
  );
}
