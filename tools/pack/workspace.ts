import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The parts of a `package.json` that packing reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly engines?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of this repository. */
export interface WorkspacePackage {
  /** Absolute path of its folder. */
  readonly dir: string;
  readonly manifest: Manifest;
}

/** Absolute path of the repository. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The manifest of the repository itself. */
export function loadRootManifest(): Manifest {
  return loadManifest(ROOT);
}

/** The command line's package, and after it every package that it needs, directly or not. */
export function loadShippedPackages(): readonly [WorkspacePackage, ...WorkspacePackage[]] {
  const first = loadPackage("cli");
  const found = new Map([[first.manifest.name, first]]);
  // A map hands out what is added while it is walked.
  for (const { manifest } of found.values()) {
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const folder = workspaceFolder(name);
      if (folder !== undefined && !found.has(name)) found.set(name, loadPackage(folder));
    }
  }
  found.delete(first.manifest.name);
  return [first, ...found.values()];
}

/** The folder below `packages/` of one of our own package names; undefined for a package from npm. */
export function workspaceFolder(name: string): string | undefined {
  return /^@airloom\/(?<folder>[a-z-]+)$/u.exec(name)?.groups?.["folder"];
}

function loadPackage(folder: string): WorkspacePackage {
  const dir = join(ROOT, "packages", folder);
  return { dir, manifest: loadManifest(dir) };
}

function loadManifest(dir: string): Manifest {
  return JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
}
