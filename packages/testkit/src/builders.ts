export { buildChain, buildDag, buildIf, buildTask } from "./dag-builder.ts";
export { buildNode } from "./node-builder.ts";
export { buildNewRun, buildRun, buildTaskInstance, buildTaskInstances } from "./run-builder.ts";
