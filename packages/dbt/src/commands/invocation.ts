import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { holdPath } from "../cage/bounds.ts";
import type { Settings } from "../cli/settings.ts";
import type { Workspace } from "../context/workspace.ts";
import type { Reporter } from "../events/reporter.ts";
import type { ParsedProject } from "../parse/parsed-project.ts";

/** What a command gets to work with. */
export interface Invocation {
  readonly settings: Settings;
  readonly command: string;
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly now: () => Date;
  /** Reads the project, once. */
  readonly parse: () => ParsedProject;
}

/** What a command ends with; the exit code is 0 for success and 1 otherwise. */
export interface CommandOutcome {
  readonly success: boolean;
}

/** Folder of the artifacts. */
export function targetFolder(invocation: Invocation): string {
  const { root, targetPath } = invocation.workspace.project;
  return isAbsolute(targetPath) ? targetPath : join(root, targetPath);
}

/** Writes a file, below the project's root unless its path is absolute. */
export function writeText(invocation: Invocation, path: string, text: string): void {
  const { project, bounds } = invocation.workspace;
  const file = isAbsolute(path) ? path : join(project.root, path);
  // Names of nodes become names of files.
  holdPath(bounds, file, "the file");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Writes an artifact, unless `--no-write-json`. */
export function writeArtifact(invocation: Invocation, name: string, artifact: object): void {
  if (!invocation.settings.isOn("write_json")) return;
  writeText(invocation, join(targetFolder(invocation), name), JSON.stringify(artifact));
}
