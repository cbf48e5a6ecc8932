import { callable, type Kwargs, type Scope, type Value } from "@airloom/jinja";
import { DbtError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";

/** The environment variables of the process that runs dbt. */
export type ProcessEnv = Readonly<Record<string, string | undefined>>;

/** dbt's `env_var()`. */
export function createEnvVar(env: ProcessEnv) {
  return callable((args: readonly Value[], kwargs: Kwargs): Value => {
    const [name, fallback] = bindArguments("env_var", ["var", "default"], args, kwargs);
    const key = renderText(name ?? null);
    const value = env[key];
    if (value !== undefined) return value;
    if (fallback !== undefined) return fallback === null ? null : renderText(fallback);
    throw new DbtError("Compilation", `Env var required but not provided: '${key}'`);
  }, "env_var");
}

/** dbt's `var()` where only the command line has given values. */
export function createCliVar(vars: JsonObject) {
  return callable((args: readonly Value[], kwargs: Kwargs): Value => {
    const [name, fallback] = bindArguments("var", ["name", "default"], args, kwargs);
    const key = renderText(name ?? null);
    const value = vars[key];
    if (value !== undefined) return toValue(value);
    if (fallback !== undefined) return fallback;
    const hint = renderHint(key, Object.keys(vars));
    throw new DbtError("Compilation", `Required var '${key}' not found on the command line${hint}`);
  }, "var");
}

/** The names that `profiles.yml` and `dbt_project.yml` may use. */
export function createBaseScope(env: ProcessEnv, vars: JsonObject): Scope {
  const names: Readonly<Record<string, Value>> = {
    env_var: createEnvVar(env),
    var: createCliVar(vars),
  };
  return { get: (name) => (Object.hasOwn(names, name) ? names[name] : undefined) };
}
