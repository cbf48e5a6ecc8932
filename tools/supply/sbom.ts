import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { loadRootManifest, ROOT } from "../pack/workspace.ts";

/** Writes `dist/airloom-<version>.cdx.json`: everything that ships, as a CycloneDX software bill of materials. */
const { version, description, license } = loadRootManifest();
const bom = JSON.parse(
  execFileSync(
    "npm",
    [
      "sbom",
      "--sbom-format=cyclonedx",
      "--sbom-type=application",
      "--omit=dev",
      "--package-lock-only",
    ],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  ),
);
// npm describes the workspace; what ships is the package that is packed from it.
bom.metadata.component = {
  "bom-ref": bom.metadata.component["bom-ref"],
  type: "application",
  name: "airloom",
  version,
  description,
  purl: `pkg:npm/airloom@${version}`,
  licenses: [{ license: { id: license } }],
};
const file = join(ROOT, "dist", `airloom-${version}.cdx.json`);
mkdirSync(join(ROOT, "dist"), { recursive: true });
writeFileSync(file, `${JSON.stringify(bom, undefined, 2)}\n`);
console.log(`Wrote ${relative(process.cwd(), file)}: ${bom.components.length} components`);
