import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The version of this package. */
export function readVersion(): string {
  const file = fileURLToPath(new URL("../package.json", import.meta.url));
  const manifest: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof manifest === "object" && manifest !== null && "version" in manifest
    ? String(manifest.version)
    : "0.0.0";
}
