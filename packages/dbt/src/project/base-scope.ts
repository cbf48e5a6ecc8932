import { callable, type Kwargs, PyDict, type Scope, type Value } from "@airloom/jinja";
import { TEXT_FUNCTIONS } from "../context/text-functions.ts";
import { createModules, createTimestamp } from "../context/time-modules.ts";
import { DbtError } from "../error.ts";
import type { JsonObject } from "../json.ts";
import { bindArguments } from "../template/bind-arguments.ts";
import { renderText, toValue } from "../template/values.ts";
import { renderHint } from "../text/did-you-mean.ts";
import type { Target } from "./profile.ts";
import { describeTarget } from "./target-object.ts";
import { COMPATIBLE_DBT_VERSION } from "./version.ts";

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

/** What the names of a project's and a profile's files come from. */
export interface BaseScopeOptions {
  readonly env: ProcessEnv;
  readonly vars: JsonObject;
  readonly startedAt: Date;
  readonly invocationId: string;
  /** Known once the profile has been read. */
  readonly target?: Target;
}

/** The names that `profiles.yml`, `dbt_project.yml` and `packages.yml` may use. */
export function createBaseScope(options: BaseScopeOptions): Scope {
  const members: Readonly<Record<string, Value>> = {
    ...TEXT_FUNCTIONS,
    env_var: createEnvVar(options.env),
    var: createCliVar(options.vars),
    modules: createModules(() => options.startedAt),
    run_started_at: createTimestamp(options.startedAt),
    invocation_id: options.invocationId,
    dbt_version: COMPATIBLE_DBT_VERSION,
    ...(options.target === undefined ? {} : { target: describeTarget(options.target) }),
  };
  const builtins = new PyDict(Object.entries(members));
  const names: Readonly<Record<string, Value>> = { ...members, builtins, context: builtins };
  return { get: (name) => (Object.hasOwn(names, name) ? names[name] : undefined) };
}
