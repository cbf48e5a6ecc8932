import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

/**
 * Who may import whom: the table of ARCHITECTURE.md, executed. `packages` are ours, `thirdParty` comes from
 * npm, `node` says whether `node:*` is allowed.
 */
const POLICY: Readonly<
  Record<
    string,
    {
      readonly packages: readonly string[];
      readonly thirdParty: readonly string[];
      readonly node: boolean;
    }
  >
> = {
  core: { packages: [], thirdParty: ["croner"], node: false },
  jinja: { packages: [], thirdParty: [], node: false },
  sdk: { packages: ["core", "jinja"], thirdParty: [], node: true },
  store: { packages: ["core"], thirdParty: ["pg"], node: true },
  engine: { packages: ["core", "sdk"], thirdParty: ["chokidar", "oxc-transform"], node: true },
  api: { packages: ["core"], thirdParty: ["zod"], node: false },
  server: {
    packages: ["api", "core"],
    thirdParty: ["fastify", "@fastify/", "@zxcvbn-ts/language-common"],
    node: true,
  },
  web: {
    packages: ["api"],
    thirdParty: [
      "react",
      "react-dom",
      "@tanstack/",
      "@xyflow/react",
      "elkjs",
      "@fontsource-variable/",
    ],
    node: false,
  },
  dbt: { packages: ["jinja"], thirdParty: ["@duckdb/node-api", "yaml", "csv-parse"], node: true },
  "dbt-cloud": { packages: ["sdk"], thirdParty: [], node: true },
  "dbt-service": {
    packages: ["core", "dbt-cloud"],
    thirdParty: ["fastify", "@fastify/", "croner"],
    node: true,
  },
  cli: {
    packages: [
      "core",
      "sdk",
      "store",
      "engine",
      "api",
      "server",
      "web",
      "dbt",
      "dbt-cloud",
      "dbt-service",
    ],
    thirdParty: ["commander", "@clack/prompts", "pg", "yaml"],
    node: true,
  },
  testkit: { packages: ["core"], thirdParty: ["vitest", "fast-check"], node: true },
};

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+"(?<from>[^"]+)"|import\(\s*"(?<dynamic>[^"]+)"\s*\)/gu;

function sourcesOf(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (file) =>
        /\.tsx?$/u.test(file) &&
        !/\.test\.tsx?$/u.test(file) &&
        !/(?:^|\/)(?:fixtures|template)\//u.test(file),
    )
    .map((file) => join(folder, file));
}

function importsOf(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map(
    (match) => match.groups?.["from"] ?? match.groups?.["dynamic"] ?? "",
  );
}

function isAllowed(name: string, from: string): boolean {
  const policy = POLICY[name];
  if (policy === undefined || from.startsWith(".")) return true;
  if (from.startsWith("node:")) return policy.node;
  const own = /^@airloom\/(?<target>[a-z-]+)/u.exec(from)?.groups?.["target"];
  if (own !== undefined) return policy.packages.includes(own) || own === name;
  return policy.thirdParty.some((allowed) =>
    allowed.endsWith("/")
      ? from.startsWith(allowed)
      : from === allowed || from.startsWith(`${allowed}/`),
  );
}

test.each(Object.keys(POLICY))("%s imports only what the table allows", (name) => {
  const offences = sourcesOf(`packages/${name}/src`).flatMap((file) =>
    importsOf(file)
      .filter((from) => !isAllowed(name, from))
      .map((from) => `${file} imports ${from}`),
  );
  expect(offences).toEqual([]);
});

test("every package is in the table", () => {
  expect(readdirSync("packages").toSorted()).toEqual(Object.keys(POLICY).toSorted());
});
