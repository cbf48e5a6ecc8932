import { spawn } from "node:child_process";
import { copyFile, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openTestService, type TestService } from "../src/fixtures/open-test-service.ts";
import { SEED_IDS } from "../src/seed-service.ts";
import { TokenStore } from "../src/store/token-store.ts";

const ROOTS = fileURLToPath(new URL("./terraform/", import.meta.url));
const PROVIDER_ROOT = "provider.tf";

/**
 * Runs dbt Cloud's Terraform provider, unchanged, against the job service: apply, plan is empty, change, plan is empty,
 * destroy, for each root in `terraform/`.
 */
async function main(terraform: string, provider: string, only: readonly string[]): Promise<number> {
  const roots = (await readdir(ROOTS)).filter((file) => file !== PROVIDER_ROOT).map(nameOf);
  const asked = only.map(nameOf);
  const unknown = asked.filter((name) => !roots.includes(name));
  if (unknown.length > 0) {
    console.error(`Cannot run "${unknown.join('", "')}": expected some of ${roots.join(", ")}`);
    return 2;
  }
  const home = await mkdtemp(join(tmpdir(), "terraform-"));
  const service = await openTestService();
  try {
    const environment = await prepare(home, provider, service);
    let isGood = true;
    for (const root of roots.filter((name) => asked.length === 0 || asked.includes(name))) {
      const dir = await mkdtemp(join(home, "root-"));
      for (const file of [PROVIDER_ROOT, `${root}.tf`]) {
        await copyFile(join(ROOTS, file), join(dir, file));
      }
      const faults = await runCycle((word, ...args) =>
        run(terraform, args, dir, { ...environment, TF_VAR_word: word }),
      );
      isGood &&= faults.length === 0;
      console.log(`${faults.length === 0 ? "ok  " : "FAIL"} ${root}`);
      for (const fault of faults) console.log(fault.replaceAll(/^/gmu, "     "));
    }
    return isGood ? 0 : 1;
  } finally {
    await service.close();
    await rm(home, { recursive: true, force: true });
  }
}

function nameOf(file: string): string {
  return file.replace(/\.tf$/u, "");
}

/** Lays the provider where Terraform finds it; returns the variables that lead both to the service. */
async function prepare(
  home: string,
  provider: string,
  service: TestService,
): Promise<Readonly<Record<string, string>>> {
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
  return {
    TF_CLI_CONFIG_FILE: settings,
    TF_VAR_host_url: `${service.url}/api`,
    TF_VAR_token: token,
    TF_VAR_account: String(SEED_IDS.account),
  };
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Brings a root from nothing through a change to nothing; returns what went wrong, with what Terraform said. */
async function runCycle(
  ask: (word: string, ...args: readonly string[]) => Promise<Ended>,
): Promise<readonly string[]> {
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
  return faults;
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
