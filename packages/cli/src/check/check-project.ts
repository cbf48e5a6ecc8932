import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { AirloomError, type LoadedFile } from "@airloom/core";
import { checkTypes, listBundle } from "@airloom/engine";
import { parseDags } from "../commands/dev-parse.ts";
import { connect } from "../environment/connect.ts";
import { moduleSettingsOf } from "../environment/open-platform.ts";
import { openTrust } from "../environment/trust.ts";
import { loadUserEnvironment } from "../environment/user-environment.ts";
import { findEnvironment } from "../project/environment-file.ts";
import type { Project } from "../project/project.ts";
import { findOutOfScope } from "./find-out-of-scope.ts";
import { type CheckedSource, type Defined, findUndefined } from "./find-undefined.ts";
import { type Finding, sortFindings } from "./finding.ts";

/** What a check found, and over what. */
export interface CheckResult {
  readonly files: number;
  readonly dags: number;
  readonly findings: readonly Finding[];
}

/** Checks a project, or the files and folders of it that are named. User code runs in processes of its own only. */
export async function checkProject(
  project: Project,
  paths: readonly string[],
): Promise<CheckResult> {
  const isWanted = chooserOf(project, paths);
  const bundle = join(project.dir, project.config.dags);
  const modules = moduleSettingsOf(project, loadUserEnvironment(project), openTrust(project));
  const { files: names } = await listBundle(bundle);
  const [loaded, types, defined] = await Promise.all([
    parseDags(project),
    checkTypes(modules, {
      projectDir: project.dir,
      files: names.map((name) => join(bundle, name)),
    }),
    loadDefined(project),
  ]);
  const fileOf = (path: string): string => relative(project.dir, path).replaceAll(sep, "/");
  const sources = names.map((name): CheckedSource => {
    const path = join(bundle, name);
    const dags = loaded.find(({ file }) => file === name)?.dags ?? [];
    return {
      file: fileOf(path),
      text: readFileSync(path, "utf8"),
      dags: dags.map(({ spec }) => spec),
    };
  });
  const findings = [
    ...findUnreadable(loaded, (name) => fileOf(join(bundle, name))),
    ...findDoubleDags(sources),
    ...(types.kind === "unknown"
      ? [problemOf(`Types were not checked: ${types.reason}`)]
      : types.problems.map(
          ({ path, code, ...rest }): Finding => ({
            ...rest,
            severity: "error",
            rule: code,
            file: path === null ? null : fileOf(path),
          }),
        )),
    ...findUndefined(sources, defined),
    ...findOutOfScope(sources, defined.scopes),
  ];
  const wanted = sources.filter(({ file }) => isWanted(file));
  return {
    files: wanted.length,
    dags: wanted.reduce((sum, { dags }) => sum + dags.length, 0),
    findings: sortFindings(findings.filter(({ file }) => file === null || isWanted(file))),
  };
}

/** Whether a file of the project is one of those that were named. */
function chooserOf(project: Project, paths: readonly string[]): (file: string) => boolean {
  const chosen = paths.map((path) => {
    const full = resolve(path);
    if (!existsSync(full)) {
      throw new AirloomError(
        "input.invalid",
        `Cannot check "${path}": there is no such file or folder`,
      );
    }
    const below = relative(project.dir, full).replaceAll(sep, "/");
    if (below.startsWith("..")) {
      throw new AirloomError(
        "input.invalid",
        `Cannot check "${path}": it lies outside of the project ${project.dir}`,
      );
    }
    return statSync(full).isDirectory() && below !== "" ? `${below}/` : below;
  });
  return (file) =>
    chosen.length === 0 ||
    chosen.some(
      (path) => path === "" || file === path || (path.endsWith("/") && file.startsWith(path)),
    );
}

/** Without a type there is no promise: what cannot be checked is an error too. */
function problemOf(message: string): Finding {
  const nowhere = { file: null, line: null, column: null, codeFrame: null };
  return { severity: "error", rule: "types", message, ...nowhere };
}

function findUnreadable(
  loaded: readonly LoadedFile[],
  fileOf: (name: string) => string,
): readonly Finding[] {
  return loaded.flatMap(({ file, error }) =>
    error === null
      ? []
      : [
          {
            severity: "error",
            rule: "import",
            file: fileOf(file),
            line: error.line,
            column: error.column,
            message: error.message,
            codeFrame: error.codeFrame,
          } as const,
        ],
  );
}

/** One id in two files: whichever is read first would win. */
function findDoubleDags(sources: readonly CheckedSource[]): readonly Finding[] {
  const first = new Map<string, string>();
  return sources.flatMap(({ file, dags }) =>
    dags.flatMap(({ dagId }) => {
      const other = first.get(dagId);
      if (other === undefined) {
        first.set(dagId, file);
        return [];
      }
      const message = `Dag "${dagId}" is defined in ${other} already: give one of them another id`;
      const nowhere = { line: null, column: null, codeFrame: null };
      return [{ severity: "error", rule: "duplicate-dag", file, message, ...nowhere } as const];
    }),
  );
}

async function loadDefined(project: Project): Promise<Defined> {
  const named = (prefix: string): readonly string[] =>
    Object.keys(process.env).flatMap((name) =>
      name.startsWith(prefix) ? [name.slice(prefix.length).toLowerCase()] : [],
    );
  const fromEnvironment = {
    connections: named("AIRLOOM_CONN_"),
    variables: named("AIRLOOM_VAR_"),
  };
  if (findEnvironment(project) === undefined) {
    return {
      connections: new Set(fromEnvironment.connections),
      variables: new Set(fromEnvironment.variables),
      pools: new Set(["default_pool"]),
      scopes: new Map(),
      isComplete: false,
    };
  }
  const { api } = connect(project.dir);
  const [{ connections }, { variables }, { pools }] = await Promise.all([
    api.listConnections({ limit: 1_000 }),
    api.listVariables({ limit: 1_000 }),
    api.listPools({ limit: 1_000 }),
  ]);
  return {
    connections: new Set([
      ...fromEnvironment.connections,
      ...connections.map(({ connection_id: id }) => id),
    ]),
    variables: new Set([...fromEnvironment.variables, ...variables.map(({ key }) => key)]),
    pools: new Set(pools.map(({ name }) => name)),
    scopes: new Map(connections.map(({ connection_id: id, dags }) => [id, dags])),
    isComplete: true,
  };
}
