import type { RunCommandOptions } from "./run-command.ts";

/** The commands that work through nodes, and which kinds of nodes each one runs. */
export const RUN_COMMANDS: Readonly<Record<string, RunCommandOptions>> = {
  build: { types: ["model", "seed", "snapshot", "test", "exposure"], testsBlock: true },
  run: { types: ["model"], testsBlock: false },
  seed: { types: ["seed"], testsBlock: false },
  snapshot: { types: ["snapshot"], testsBlock: false },
  test: { types: ["test"], testsBlock: false },
};
