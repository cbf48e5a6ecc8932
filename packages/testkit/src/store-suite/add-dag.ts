import { type DagSpec, renderCanonicalJson, type Store } from "@airloom/core";
import { NOW } from "./harness.ts";

/** Puts a Dag into a store the way the loader does: as all that one file defines. */
export async function addDagTo(store: Store, spec: DagSpec): Promise<void> {
  await store.saveLoadedFile(
    {
      file: `${spec.dagId}.ts`,
      source: `// ${spec.dagId}`,
      contentHash: "",
      dags: [{ spec, hash: renderCanonicalJson(spec) }],
      error: null,
    },
    NOW,
  );
}
