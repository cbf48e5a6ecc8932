import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { findRelativeNames, toJavaScript } from "./to-javascript.ts";
import type { WorkspacePackage } from "./workspace.ts";

/**
 * The modules of a package that ship, by absolute path of their source, as JavaScript.
 *
 * A module ships when an entry point names it, or a module that ships does: tests, fixtures and modules of types alone stay out.
 */
export function loadShippedModules({
  dir,
  manifest,
}: WorkspacePackage): ReadonlyMap<string, string> {
  const entries = [...Object.values(manifest.exports ?? {}), ...Object.values(manifest.bin ?? {})];
  const files = new Set(
    entries.filter((entry) => /\.[jt]s$/u.test(entry)).map((entry) => join(dir, entry)),
  );
  const modules = new Map<string, string>();
  // A set hands out what is added while it is walked.
  for (const file of files) {
    const code = toJavaScript(readFileSync(file, "utf8"));
    modules.set(file, code);
    for (const name of findRelativeNames(code)) {
      const named = `${resolve(dirname(file), name)}.ts`;
      if (existsSync(named)) files.add(named);
    }
  }
  return modules;
}
