import { pathToFileURL } from "node:url";
import { AirloomError } from "@airloom/core";
import type { Dag } from "@airloom/sdk";
import { collectDags } from "@airloom/sdk/runtime";

/** Finds the Dag of that id in a file, importing the file when it is asked for first. */
export type ImportDag = (file: string, dagId: string) => Promise<Dag>;

/** Makes the importer of a process. It imports a file once: when a file changes, the process is replaced. */
export function makeDagImporter(): ImportDag {
  const imported = new Map<string, readonly Dag[]>();
  return async (file, dagId) => {
    const dags = imported.get(file) ?? (await importDags(file));
    imported.set(file, dags);
    const dag = dags.find((found) => found.dagId === dagId);
    if (dag !== undefined) return dag;
    throw new AirloomError(
      "dag.not_found",
      `Cannot find Dag "${dagId}" in ${file}: the file was changed after this run began`,
    );
  };
}

async function importDags(file: string): Promise<readonly Dag[]> {
  const module: unknown = await import(pathToFileURL(file).href);
  return typeof module === "object" && module !== null ? collectDags(module) : [];
}
