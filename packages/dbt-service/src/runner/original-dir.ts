import { join, normalize } from "node:path";
import { isRepositoryAddress } from "./clone-project.ts";
import { isInside } from "./inside.ts";

/** Where `dbt_project.yml` lies below a folder that holds the repository; refuses what leads out of that folder. */
export function getProjectBelow(folder: string, subdirectory: string): string {
  // As in dbt Cloud a slash in front means the repository's root.
  const below = normalize(subdirectory.replace(/^\/+/u, ""));
  if (below === ".." || below.startsWith("../")) {
    throw new Error(
      `Cannot use the project folder "${subdirectory}": it lies outside the repository`,
    );
  }
  const dir = join(folder, below);
  if (isInside(folder, dir)) return dir;
  throw new Error(
    `Cannot use the project folder "${subdirectory}": it is a link out of the repository`,
  );
}

/** Database files live beside the original project: the run's copy is thrown away. */
export function getOriginalDir(
  code: { readonly remoteUrl: string; readonly subdirectory: string },
  run: { readonly projectId: number },
  dataDir: string,
): string {
  if (isRepositoryAddress(code.remoteUrl)) {
    return join(dataDir, "warehouses", String(run.projectId));
  }
  return getProjectBelow(code.remoteUrl, code.subdirectory);
}
