import { resolve } from "node:path";
import { isRecord } from "@airloom/dbt-cloud/contract";
import { normalizeJob } from "./domain/job.ts";
import type { ServiceLimits, ServiceSeed } from "./options.ts";
import { isRepositoryAddress } from "./runner/clone-project.ts";
import type { ResourceStore } from "./store/resource-store.ts";
import type { TokenStore } from "./store/token-store.ts";

/** Ids of the first account, project and job: those of the guide everybody starts from. */
export const SEED_IDS = {
  account: 16_173,
  project: 36_467,
  environment: 70_000,
  job: 65_767,
} as const;

const DEFAULT_RUN_SLOTS = 4;

/** Makes the first account with its project, environment and job, when there is none yet. */
export async function seedService(
  ports: { readonly resources: ResourceStore; readonly tokens: TokenStore },
  seed: ServiceSeed,
  limits: ServiceLimits,
): Promise<void> {
  const { resources } = ports;
  if ((await resources.find("account", SEED_IDS.account)) === undefined) {
    await resources.together((inside) => seedProject(inside, seed, limits));
  } else {
    await moveProject(resources, seed);
  }
  if (seed.serviceToken === undefined) return;
  if ((await ports.tokens.findByText(seed.serviceToken, new Date())) !== undefined) return;
  await ports.tokens.create({
    accountId: SEED_IDS.account,
    name: "Airloom",
    permissionGrants: [{ permissionSet: "job_admin", projectId: null }],
    text: seed.serviceToken,
  });
}

async function seedProject(
  resources: ResourceStore,
  seed: ServiceSeed,
  limits: ServiceLimits,
): Promise<void> {
  const base = { accountId: SEED_IDS.account, state: 1 };
  const repository = await resources.create("repository", {
    ...base,
    projectId: SEED_IDS.project,
    name: "repository",
    body: { remote_url: toRemoteUrl(seed.projectDir), remote_backend: "manual_config" },
  });
  const credentials =
    seed.schema === undefined
      ? undefined
      : await resources.create("credentials", {
          ...base,
          projectId: SEED_IDS.project,
          name: "credentials",
          body: { default_schema: seed.schema },
        });
  await resources.create("project", {
    ...base,
    id: SEED_IDS.project,
    projectId: null,
    name: seed.projectName ?? "Analytics",
    body: {
      description: "",
      repository_id: repository.id,
      dbt_project_subdirectory: seed.projectSubdirectory ?? null,
    },
  });
  await resources.create("environment", {
    ...base,
    id: SEED_IDS.environment,
    projectId: SEED_IDS.project,
    name: seed.environmentName ?? "Production",
    body: {
      type: "deployment",
      deployment_type: "production",
      dbt_version: "latest",
      credentials_id: credentials?.id ?? null,
    },
  });
  await seedJob(resources, seed);
  await resources.create("account", {
    ...base,
    id: SEED_IDS.account,
    projectId: null,
    name: seed.accountName ?? "Airloom",
    body: { plan: "enterprise", run_slots: limits.runSlots ?? DEFAULT_RUN_SLOTS },
  });
}

async function seedJob(resources: ResourceStore, seed: ServiceSeed): Promise<void> {
  const given = {
    name: seed.jobName ?? "dbt build",
    execute_steps: seed.executeSteps ?? ["dbt build"],
    generate_docs: seed.generateDocs ?? false,
    settings: { threads: seed.threads ?? 4, target_name: seed.targetName ?? "default" },
  };
  const place = {
    accountId: SEED_IDS.account,
    projectId: SEED_IDS.project,
    environmentId: SEED_IDS.environment,
  };
  await resources.create("job", {
    accountId: place.accountId,
    projectId: place.projectId,
    id: SEED_IDS.job,
    name: given.name,
    state: 1,
    body: normalizeJob(given, place),
  });
}

// A project folder that was moved or mounted elsewhere is found again at the next start.
async function moveProject(resources: ResourceStore, seed: ServiceSeed): Promise<void> {
  const project = await resources.find("project", SEED_IDS.project);
  const id = project?.body["repository_id"];
  const repository = typeof id === "number" ? await resources.find("repository", id) : undefined;
  const remoteUrl = toRemoteUrl(seed.projectDir);
  if (repository === undefined || repository.body["remote_url"] === remoteUrl) return;
  const current = repository.body["remote_url"];
  // A sealed one is an address too.
  if (isRecord(current) || (typeof current === "string" && isRepositoryAddress(current))) return;
  await resources.save("repository", repository.id, {
    ...repository,
    body: { ...repository.body, remote_url: remoteUrl },
  });
}

function toRemoteUrl(projectDir: string): string {
  return isRepositoryAddress(projectDir) ? projectDir : resolve(projectDir);
}
