import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The compiler's program: the project's own TypeScript where it has one, else ours; undefined where neither is there. */
export function findCompiler(projectDir: string): string | undefined {
  for (const from of [join(projectDir, "package.json"), import.meta.url]) {
    const manifest = resolveFrom(from, "typescript/package.json");
    const program = manifest === undefined ? undefined : join(dirname(manifest), "bin/tsc");
    if (program !== undefined && existsSync(program)) return program;
  }
  return undefined;
}

/** Whether a project finds the types of Dag files by itself. */
export function findsAirloom(projectDir: string): boolean {
  return isAround(projectDir, "node_modules/airloom/package.json");
}

/** Folders of `@types` with Node's among them; null where the project finds these by itself. */
export function findTypeRoots(projectDir: string): readonly string[] | null {
  if (isAround(projectDir, "node_modules/@types/node/package.json")) return null;
  const manifest = resolveFrom(import.meta.url, "@types/node/package.json");
  if (manifest === undefined) return null;
  return [join(projectDir, "node_modules/@types"), dirname(dirname(manifest))];
}

function resolveFrom(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}

/** Whether a folder, or one around it, has this in it. */
export function isAround(dir: string, path: string): boolean {
  if (existsSync(join(dir, path))) return true;
  return dirname(dir) !== dir && isAround(dirname(dir), path);
}
