import { join, resolve } from "node:path";
import { isRepositoryAddress } from "./clone-project.ts";

/** Database files live beside the original project: the run's copy is thrown away. */
export function getOriginalDir(
  code: { readonly remoteUrl: string; readonly subdirectory: string },
  run: { readonly projectId: number },
  dataDir: string,
): string {
  if (isRepositoryAddress(code.remoteUrl)) {
    return join(dataDir, "warehouses", String(run.projectId));
  }
  return resolve(code.remoteUrl, code.subdirectory);
}
