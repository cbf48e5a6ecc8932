import type { Project } from "../project/project-file.ts";
import { type Bounds, holdLinks, holdPath } from "./bounds.ts";

/** Keys of `dbt_project.yml` by the paths that come from them. */
const SOURCE_KEYS = {
  models: "model-paths",
  seeds: "seed-paths",
  snapshots: "snapshot-paths",
  tests: "test-paths",
  macros: "macro-paths",
  analyses: "analysis-paths",
  docs: "docs-paths",
} as const;

/** Refuses a project whose folders lie outside of the bounds, or hold links that lead there. */
export function holdProject(bounds: Bounds, project: Project): void {
  const own = { ...bounds, root: project.root };
  const held = new Set<string>();
  for (const [kind, key] of Object.entries(SOURCE_KEYS)) {
    const folders = Object.entries(project.paths).find(([name]) => name === kind)?.[1] ?? [];
    for (const folder of folders) held.add(holdPath(own, folder, key));
  }
  held.add(holdPath(own, project.targetPath, "target-path"));
  held.add(holdPath(own, project.logPath, "log-path"));
  for (const folder of held) holdLinks(bounds, folder);
}
