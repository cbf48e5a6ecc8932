import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG_FILE, environmentName, type Project, type ProjectConfig } from "./project.ts";

/** One effective setting and what decided it. */
export interface Setting {
  readonly key: string;
  readonly value: ProjectConfig[keyof ProjectConfig];
  /** `default`, the configuration file, or the name of a variable. */
  readonly source: string;
}

/** What of the environment beside `AIRLOOM__…` changes how Airloom works; none of it is ever shown but that it is set. */
const VARIABLES = ["DATABASE_URL", "AIRLOOM_SECRET_KEYS"] as const;
const DEFINING = /^AIRLOOM_(?:CONN|VAR)_./u;

/** Every setting as it is in force. */
export function explainConfig(project: Project, env: NodeJS.ProcessEnv): readonly Setting[] {
  const written: object = JSON.parse(readFileSync(join(project.dir, CONFIG_FILE), "utf8"));
  const own = Object.entries(project.config).map(([key, value]): Setting => {
    const variable = environmentName(key);
    if (env[variable] !== undefined) return { key, value, source: variable };
    return { key, value, source: Object.hasOwn(written, key) ? CONFIG_FILE : "default" };
  });
  const named = Object.keys(env).filter(
    (name) => VARIABLES.some((known) => known === name) || DEFINING.test(name),
  );
  return [
    ...own,
    ...named
      .filter((name) => env[name] !== "")
      .toSorted()
      .map(
        (name): Setting => ({
          key: name,
          value: mask(name, env[name] ?? ""),
          source: "environment",
        }),
      ),
  ];
}

/** Of an address everything but the password is told; all else may be a secret as a whole. */
function mask(name: string, value: string): string {
  if (name !== "DATABASE_URL" || !URL.canParse(value)) return "***";
  const url = new URL(value);
  if (url.password !== "") url.password = "***";
  for (const key of url.searchParams.keys()) {
    if (/pass|secret|token|key/iu.test(key)) url.searchParams.set(key, "***");
  }
  return url.toString();
}
