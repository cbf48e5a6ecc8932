import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import type { Project } from "../project/project.ts";

/** Variables for user code: the project's `.env`, and where the project lies. Nothing of the platform's own. */
export function loadUserEnvironment(project: Project): Readonly<Record<string, string>> {
  const file = join(project.dir, ".env");
  const written = existsSync(file) ? parseEnv(readFileSync(file, "utf8")) : {};
  const entries = Object.entries(written).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...Object.fromEntries(entries), AIRLOOM_PROJECT_DIR: project.dir };
}
