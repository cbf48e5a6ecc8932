export { buildChain, buildDag, buildIf, buildTask } from "./dag-builder.ts";
export { FakeClock } from "./fake-clock.ts";
export { MemoryExecutor, type MemoryExecutorOptions, type Script } from "./memory-executor.ts";
export { MemoryStore, type RunningStore } from "./memory-store.ts";
export { buildRun, buildTaskInstance, buildTaskInstances } from "./run-builder.ts";
export type { RunningHarness } from "./store-suite/harness.ts";
export { describeRunningStore, describeStore } from "./store-suite.ts";
