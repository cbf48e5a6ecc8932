export { buildChain, buildDag, buildTask } from "./dag-builder.ts";
export { FakeClock } from "./fake-clock.ts";
export { MemoryStore, type RunningStore } from "./memory-store.ts";
export { buildRun, buildTaskInstance, buildTaskInstances } from "./run-builder.ts";
