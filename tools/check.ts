import { runStep } from "./run.ts";

/**
 * Everything that must hold before a commit, fastest first. Arguments narrow format and lint to the given
 * folders: `npm run check -- packages/core`.
 */
const paths = process.argv.slice(2);
const targets = paths.length === 0 ? ["."] : paths;

const steps: readonly (readonly [title: string, command: string, args: readonly string[]])[] = [
  ["format", "biome", ["check", ...targets]],
  ["types", "tsc", ["-p", "tsconfig.json", ...incremental("types")]],
  [
    "types of the web app",
    "tsc",
    ["-p", "packages/web/tsconfig.json", ...incremental("web-types")],
  ],
  ["lint", "oxlint", ["--type-aware", ...targets]],
  ["architecture", "vitest", ["run", "architecture.test.ts", "--reporter=dot"]],
  ...(paths.length === 0
    ? ([
        ["dead code", "knip", ["--no-config-hints"]],
        ["licences", process.execPath, ["tools/supply/check-licences.ts"]],
        ["vulnerabilities", process.execPath, ["tools/supply/check-vulnerabilities.ts"]],
      ] as const)
    : []),
];

const failed = steps.filter(([title, command, args]) => !runStep(title, command, args));
if (failed.length > 0) {
  console.error(`check failed: ${failed.map(([title]) => title).join(", ")}`);
  process.exit(1);
}

/** The compiler checks again only what has changed since it last ran here. */
function incremental(name: string): readonly string[] {
  return ["--incremental", "--tsBuildInfoFile", `node_modules/.cache/airloom/${name}.tsbuildinfo`];
}
