import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTestService } from "../src/fixtures/open-test-service.ts";
import { SEED_IDS } from "../src/seed-service.ts";
import { TokenStore } from "../src/store/token-store.ts";

/** One Terraform configuration, brought from nothing through a change to nothing. */
interface Cycle {
  readonly name: string;
  /** What went wrong, with what Terraform said; empty where nothing did. */
  readonly faults: readonly string[];
}

const ROOTS = fileURLToPath(new URL("./terraform/", import.meta.url));
const PROVIDER_ROOT = "provider.tf";

/**
 * Runs dbt Cloud's Terraform provider, unchanged, against the job service: apply, plan is empty, change, plan is empty,
 * destroy, for each root in `terraform/`.
 */
async function main(terraform: string, provider: string, only: readonly string[]): Promise<number> {
  const roots = (await readdir(ROOTS)).filter((name) => name !== PROVIDER_ROOT).toSorted();
  const names = roots.map((name) => name.replace(/\.tf$/u, ""));
  const unknown = only.filter((name) => !names.includes(name.replace(/\.tf$/u, "")));
  if (unknown.length > 0) {
    console.error(`Cannot run "${unknown.join('", "')}": expected some of ${names.join(", ")}`);
    return 2;
  }
  const home = await mkdtemp(join(tmpdir(), "terraform-"));
  const service = await openTestService();
  const { text: token } = await new TokenStore(service.database).create({
    accountId: SEED_IDS.account,
    name: "terraform",
    permissionGrants: [{ permissionSet: "account_admin", projectId: null }],
  });
  await symlink(provider, join(home, "terraform-provider-dbtcloud"));
  const settings = join(home, "terraformrc");
  await writeFile(
    settings,
    `provider_installation {\n  dev_overrides { "dbt-labs/dbtcloud" = ${JSON.stringify(home)} }\n  direct {}\n}\n`,
  );
  const environment = {
    TF_CLI_CONFIG_FILE: settings,
    TF_VAR_host_url: `${service.url}/api`,
    TF_VAR_token: token,
    TF_VAR_account: String(SEED_IDS.account),
  };
  let isGood = true;
  const isAsked = (root: string): boolean =>
    only.length === 0 || only.some((name) => `${name.replace(/\.tf$/u, "")}.tf` === root);
  for (const root of roots.filter(isAsked)) {
    const dir = await mkdtemp(join(home, "root-"));
    await copyFile(join(ROOTS, PROVIDER_ROOT), join(dir, PROVIDER_ROOT));
    await copyFile(join(ROOTS, root), join(dir, root));
    const cycle = await runCycle(root, (word, ...args) =>
      run(terraform, args, dir, { ...environment, TF_VAR_word: word }),
    );
    isGood &&= cycle.faults.length === 0;
    console.log(`${cycle.faults.length === 0 ? "ok  " : "FAIL"} ${root.replace(/\.tf$/u, "")}`);
    for (const fault of cycle.faults) console.log(fault.replaceAll(/^/gmu, "     "));
  }
  await service.close();
  await rm(home, { recursive: true, force: true });
  return isGood ? 0 : 1;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

async function runCycle(
  name: string,
  ask: (word: string, ...args: readonly string[]) => Promise<Ended>,
): Promise<Cycle> {
  const faults: string[] = [];
  const expect = async (what: string, word: string, ...args: readonly string[]): Promise<void> => {
    const { code, output } = await ask(word, ...args, "-no-color", "-input=false");
    if (code !== 0) faults.push(`${what}: exit code ${code}\n${output.trim()}`);
  };
  for (const word of ["one", "two"]) {
    await expect(`apply ${word}`, word, "apply", "-auto-approve");
    // 2 says that there are changes.
    await expect(`plan after ${word}`, word, "plan", "-detailed-exitcode");
  }
  await expect("destroy", "two", "destroy", "-auto-approve");
  return { name, faults };
}

function run(
  file: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(file, [...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", HOME: cwd, CHECKPOINT_DISABLE: "1", ...environment },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", reject).on("close", (code) => resolve({ code, output }));
  });
}

const { TERRAFORM = "terraform", DBTCLOUD_PROVIDER } = process.env;
if (DBTCLOUD_PROVIDER === undefined) {
  console.error("Set DBTCLOUD_PROVIDER to the provider's binary, and TERRAFORM to Terraform's");
  process.exit(2);
}
process.exitCode = await main(TERRAFORM, DBTCLOUD_PROVIDER, process.argv.slice(2));
