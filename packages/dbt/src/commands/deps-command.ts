import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { type Bounds, holdLinks, holdPath } from "../cage/bounds.ts";
import { followLinks } from "../cage/cage.ts";
import { DbtError } from "../error.ts";
import { type JsonObject, renderScalar, textOf } from "../json.ts";
import { createBaseScope } from "../project/base-scope.ts";
import {
  LOCK_FILE,
  type PackagesFile,
  type PackagesReader,
  readPackagesFile,
} from "../project/packages-file.ts";
import { isProjectFolder, readProject } from "../project/project-file.ts";
import { lineOf } from "../yaml/yaml-document.ts";
import { type CommandOutcome, type Invocation, writeText } from "./invocation.ts";

function localFolder(root: string, file: string, entry: JsonObject): string {
  const path = textOf(entry["local"]);
  const line = lineOf(entry);
  const place = line === undefined ? { file } : { file, line };
  if (path === undefined) {
    const what =
      textOf(entry["package"]) ?? textOf(entry["git"]) ?? textOf(entry["tarball"]) ?? "unknown";
    throw new DbtError(
      "Runtime",
      `Cannot install package "${what}": only local packages are supported, expected "local: <folder>"`,
      { place },
    );
  }
  const folder = isAbsolute(path) ? path : join(root, path);
  if (isProjectFolder(folder)) return folder;
  throw new DbtError(
    "Runtime",
    `Cannot install local package "${path}": no dbt_project.yml found in ${folder}`,
    { place },
  );
}

// Installed below a name of its own: one with dots or slashes would replace another folder.
function nameOfPackage(folder: string, bounds: Bounds): string {
  const name = textOf(readProject(folder, bounds).values["name"]) ?? "package";
  if (/^\w+$/u.test(name)) return name;
  throw new DbtError(
    "Runtime",
    `Cannot install package "${name}": expected a name of letters, digits and underscores`,
    { place: { file: join(folder, "dbt_project.yml"), line: 1 } },
  );
}

interface Installed {
  readonly local: string;
  readonly name: string;
  readonly folder: string;
}

/** The packages to install: those that are named and, as in dbt by paths from the root, those that they name. */
function resolvePackages(
  root: string,
  reader: PackagesReader,
  first: PackagesFile,
): readonly Installed[] {
  const { bounds } = reader;
  const found = new Map<string, Installed>();
  const waiting = [first];
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    for (const entry of file.packages) {
      const folder = localFolder(root, file.file, entry);
      // A person may name any folder of packages; what lies in it still may not lead out of both.
      const around = bounds.widen?.(folder) ?? bounds;
      holdPath(around, folder, "the local package");
      holdLinks(around, folder);
      const name = nameOfPackage(folder, around);
      if (found.has(name)) continue;
      found.set(name, { local: renderScalar(entry["local"]), name, folder });
      waiting.push(readPackagesFile(folder, { ...reader, bounds: around }));
    }
  }
  return [...found.values()];
}

/** As in dbt, packages that nobody names any more go, but for a folder that is the source of one. */
function removePackages(target: string, installed: readonly Installed[]): void {
  const sources = new Set(installed.map(({ folder }) => followLinks(folder)));
  for (const name of readdirSync(target)) {
    const path = join(target, name);
    const isSource = sources.has(followLinks(path));
    if (isProjectFolder(path) && !isSource) rmSync(path, { recursive: true, force: true });
  }
}

function writeLockFile(invocation: Invocation, installed: readonly Installed[]): void {
  const lines = installed.map(({ local, name }) => `  - local: ${local}\n    name: ${name}\n`);
  writeText(invocation, LOCK_FILE, `packages:\n${lines.join("")}`);
}

/** `dbt deps`: puts the project's local packages into its packages folder. */
export function depsCommand(invocation: Invocation): CommandOutcome {
  const { project, bounds, environments, env, cliVars, startedAt, invocationId } =
    invocation.workspace;
  const { reporter } = invocation;
  const scope = createBaseScope({ env, vars: cliVars, startedAt, invocationId });
  const reader = { environment: environments.parse, scope, bounds };
  const found = readPackagesFile(project.root, reader);
  if (found.packages.length === 0) {
    reporter.log(
      "warn",
      "DepsNoPackagesFound",
      "M013",
      "Warning: No packages were found in packages.yml",
    );
    return { success: true };
  }
  const installed = resolvePackages(project.root, reader, found);
  const target = holdPath(bounds, project.packagesPath, "packages-install-path");
  mkdirSync(target, { recursive: true });
  removePackages(target, installed);
  for (const { local, name, folder } of installed) {
    reporter.info("DepsStartPackageInstall", "M014", `Installing ${local}`, { package_name: name });
    rmSync(join(target, name), { recursive: true, force: true });
    cpSync(folder, join(target, name), { recursive: true, verbatimSymlinks: true });
    reporter.info("DepsInstallInfo", "M015", `Installed from <local @ ${local}>`, {
      version_name: "local",
    });
  }
  writeLockFile(invocation, installed);
  return { success: true };
}
