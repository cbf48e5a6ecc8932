import { createHash } from "node:crypto";
import { AirloomError, checkDag, type DagSpec, renderCanonicalJson } from "@airloom/core";
import { collectDags, getDeclaredDags } from "@airloom/sdk/runtime";

/** A Dag as a file defines it. */
export interface ReadDag {
  readonly spec: DagSpec;
  readonly hash: string;
}

/** The Dags of an imported module as data. Throws what is wrong with them. */
export function readDags(module: object, file: string): readonly ReadDag[] {
  const dags = collectDags(module);
  const forgotten = getDeclaredDags().find(
    (dag) => dag.declarations.place?.file === file && !dags.includes(dag),
  );
  if (forgotten !== undefined) {
    throw misdeclared(forgotten, "is not exported: export it, or list it in an exported Bundle");
  }
  const seen = new Set<string>();
  return dags.map((dag) => {
    if (seen.has(dag.dagId)) throw misdeclared(dag, "is defined twice in this file");
    seen.add(dag.dagId);
    const spec = dag.toSpec();
    checkDag(spec);
    const hash = createHash("sha256").update(renderCanonicalJson(spec)).digest("hex");
    return { spec, hash };
  });
}

type AnyDag = ReturnType<typeof collectDags>[number];

function misdeclared(dag: AnyDag, what: string): AirloomError {
  const { place } = dag.declarations;
  const details = place === undefined ? {} : { ...place };
  return new AirloomError("dag.duplicate", `Dag "${dag.dagId}" ${what}`, { details });
}
