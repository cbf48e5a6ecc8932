import type { RunnerPorts } from "./run-context.ts";
import { renderCloudVariables, resolveVariables } from "./run-environment.ts";
import { renderCage } from "./step-cage.ts";
import type { StepJob } from "./step-job.ts";

/** What any program needs to run; a step of dbt Cloud has it too. */
const OF_THE_MACHINE = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT"];
/** What our own dbt goes by: its user's home, where its compiled modules are, and where the original project lies. */
const OF_THE_PLATFORM = new Set(["HOME", "NODE_COMPILE_CACHE", "AIRLOOM_PROJECT_DIR"]);

/**
 * The environment of a step: as in dbt Cloud, `DBT_` variables and what the run tells about itself. The platform's
 * address of its database, its keys and its connections are not among them.
 */
export function buildEnvironment(
  ports: RunnerPorts,
  job: StepJob,
): Readonly<Record<string, string>> {
  const inherited = OF_THE_MACHINE.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const cloud = renderCloudVariables(job.run, job.setup.environment);
  return {
    ...Object.fromEntries(inherited),
    ...keepVisible(ports.environment),
    ...resolveVariables(job.setup.variables, job.run),
    ...cloud,
    // dbt writes what stands under this prefix into every artifact's `metadata.env`, where other tools read the run's ids.
    ...Object.fromEntries(
      Object.entries(cloud).map(([name, value]) => [`DBT_ENV_CUSTOM_ENV_${name}`, value]),
    ),
    DBT_PROFILES_DIR: job.folders.profiles,
    DBT_USE_COLORS: "false",
    NO_COLOR: "1",
    PYTHONUNBUFFERED: "1",
    AIRLOOM_DBT_CAGE: renderCage(ports.cage, ports.dataDir, job),
  };
}

/** Those variables of an environment that the steps of dbt may see. */
export function keepVisible(
  environment: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => name.startsWith("DBT_") || OF_THE_PLATFORM.has(name),
    ),
  );
}
