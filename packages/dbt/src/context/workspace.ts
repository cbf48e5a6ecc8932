import { type Policy, readQuoting } from "../adapter/relation.ts";
import type { Bounds } from "../cage/bounds.ts";
import type { Cage } from "../cage/cage.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../json.ts";
import type { ProcessEnv } from "../project/base-scope.ts";
import type { Target } from "../project/profile.ts";
import type { Project } from "../project/project-file.ts";
import type { NamedSelector } from "../select/read-selectors.ts";
import type { Environments, MacroRegistry } from "./macro-registry.ts";

/** Everything of an invocation that does not change while it runs. */
export interface Workspace {
  readonly invocationId: string;
  readonly startedAt: Date;
  readonly env: ProcessEnv;
  /** What the step of a job may touch; none when a person runs dbt. */
  readonly cage: Cage | undefined;
  /** Where the project's files may lie. */
  readonly bounds: Bounds;
  readonly cliVars: JsonObject;
  /** Flags in dbt's upper-case spelling: `FULL_REFRESH`, `WHICH` … */
  readonly flags: Readonly<Record<string, JsonValue>>;
  readonly project: Project;
  /** Every package by name, the root project included. */
  readonly packages: ReadonlyMap<string, Project>;
  /** What `selectors.yml` of the project names. */
  readonly selectors: ReadonlyMap<string, NamedSelector>;
  readonly target: Target;
  readonly environments: Environments;
  readonly registry: MacroRegistry;
  log(message: string, isInfo: boolean): void;
  warn(message: string): void;
}

/** How names are quoted in the project. */
export function quotingOf(workspace: Workspace): Policy {
  return readQuoting(workspace.project.quoting);
}

/** Looks a variable up: command line, root project for the package, root project, the package's own. */
export function findVar(
  workspace: Workspace,
  packageName: string,
  name: string,
): JsonValue | undefined {
  const own = workspace.packages.get(packageName);
  const scopes: JsonObject[] = [workspace.cliVars];
  for (const project of own === undefined ? [workspace.project] : [workspace.project, own]) {
    const scoped = project.vars[packageName];
    if (isJsonObject(scoped)) scopes.push(scoped);
    scopes.push(project.vars);
  }
  return scopes.find((scope) => Object.hasOwn(scope, name))?.[name];
}

/** Names of all variables that a package may use, for hints. */
export function varNames(workspace: Workspace, packageName: string): readonly string[] {
  const own = workspace.packages.get(packageName)?.vars ?? {};
  return [workspace.cliVars, workspace.project.vars, own].flatMap((scope) => Object.keys(scope));
}
