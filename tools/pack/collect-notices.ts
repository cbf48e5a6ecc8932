import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

const PACKAGE_OF_SOURCE = /(?:^|\/)node_modules\/(?<name>(?:@[\w.-]+\/)?[\w.-]+)\//u;
const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/iu;

/** The names of the packages whose code is in a bundle, read from its source maps. */
export function findBundledPackages(maps: readonly string[]): readonly string[] {
  const sources = maps.flatMap((map): readonly string[] => JSON.parse(map).sources);
  const names = sources.flatMap((source) => PACKAGE_OF_SOURCE.exec(source)?.groups?.["name"] ?? []);
  return [...new Set(names)].toSorted();
}

/** Name, version, licence and licence text of each package: what must go along with its code. */
export function collectNotices(names: readonly string[], head: string): string {
  const sections = names.map((name) => {
    const dir = join(ROOT, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    const texts = readdirSync(dir)
      .filter((file) => LICENCE_FILE.test(file))
      .map((file) => readFileSync(join(dir, file), "utf8").trim());
    return [`## ${name} ${version} (${license})`, ...texts];
  });
  return `${[head, ...sections.flat()].join("\n\n")}\n`;
}
