import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../pack/workspace.ts";

/** One package of the lock file, as npm installs it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, or undefined where the package names none. */
  readonly license: string | undefined;
  /** Whether only the repository's own tools and tests need it. */
  readonly isDev: boolean;
}

interface LockEntry {
  readonly version?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
}

/** Every package from npm in the repository's lock file, platform builds included. */
export function loadLockedPackages(): readonly LockedPackage[] {
  return parseLock(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
}

/** Reads the text of a `package-lock.json`, version 3. */
export function parseLock(text: string): readonly LockedPackage[] {
  const { packages }: { readonly packages: Readonly<Record<string, LockEntry>> } = JSON.parse(text);
  return Object.entries(packages).flatMap(([path, entry]) => {
    const name = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/]+)$/u.exec(path)?.groups?.["name"];
    if (name === undefined || entry.link === true || entry.version === undefined) return [];
    return [{ name, version: entry.version, license: entry.license, isDev: entry.dev === true }];
  });
}
