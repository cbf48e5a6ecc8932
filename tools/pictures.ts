import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import {
  openThrowawayProject,
  type ThrowawayProject,
} from "../packages/cli/src/journey/throwaway-project.ts";
import { CHROMIUM, openBrowser } from "../packages/web/testing/browser.ts";
import { compressPng } from "./compress-png.ts";
import { pictureDags } from "./picture-dags.ts";

/**
 * Takes the pictures of every page, light and dark, from an environment that is made for them and removed
 * afterwards: `npm run pictures`. Arguments narrow it to the pages whose names they begin.
 */
const OUT = fileURLToPath(new URL("../docs/pictures", import.meta.url));
const DAG_ID = "dbt_cloud_provider_eltml";
const DBT_TASK = "trigger_dbt_cloud_job_run";
const THEMES = ["light", "dark"] as const;
const PHONE_WIDTH = 390;

/** A page to take: where it is, and a text that stands on it once it has loaded. */
interface Shot {
  readonly name: string;
  readonly url: string;
  readonly sign: string;
  /** Taken at the width of a phone as well. */
  readonly isOnPhone?: boolean;
}

type Theme = (typeof THEMES)[number];

/** Runs the guide's Dag three times: whole, with a broken model, and mended. */
async function seed(project: ThrowawayProject): Promise<void> {
  const trigger = ["dags", "trigger", DAG_ID, "--wait"] as const;
  await project.airloom("quickstart", ".", "--small", "--port", "0", "--dbt-service-port", "0");
  for (const [name, source] of Object.entries(pictureDags(new Date()))) {
    writeFileSync(join(project.dir, "dags", name), source);
  }
  await project.airloom(
    "connections",
    "add",
    "warehouse",
    "--conn-type",
    "postgres",
    "--host",
    "warehouse.internal",
  );
  await project.airloom("variables", "set", "carriers", '["AA", "DL", "UA"]');
  project.breakModel();
  // A run that fails ends the command with 1.
  await project.airloom(...trigger).catch(() => undefined);
  project.mendModel();
  await project.airloom(...trigger);
  await project.airloom("dags", "trigger", "gate_assignment_stream");
}

/** Where the run that failed is, at the platform and at the job service. */
interface FailedRun {
  readonly path: string;
  readonly jobRunUrl: string;
}

async function findFailedRun(project: ThrowawayProject): Promise<FailedRun> {
  const runs: unknown = JSON.parse(
    await project.airloom("dags", "list-runs", DAG_ID, "--json", "--limit", "3"),
  );
  const failed = Array.isArray(runs) ? runs.find(({ state }) => state === "failed") : undefined;
  if (failed === undefined) throw new Error(`Cannot take pictures: no run of ${DAG_ID} failed`);
  const { info, session } = project.connect();
  const path = `/dags/${DAG_ID}/runs/${encodeURIComponent(String(failed.dag_run_id))}`;
  const answer = await fetch(
    `${info.url}/api/v2/dags/${DAG_ID}/dagRuns/${encodeURIComponent(String(failed.dag_run_id))}/taskInstances/${DBT_TASK}/links`,
    { headers: { authorization: `Bearer ${await session.getToken()}` } },
  );
  const { extra_links: links } = JSON.parse(await answer.text());
  return { path, jobRunUrl: String(links["Monitor Job Run"]) };
}

function shotsOf(project: ThrowawayProject, failed: FailedRun): readonly Shot[] {
  const { url, dbtServiceUrl } = project.readAddresses();
  const account = `${dbtServiceUrl}/#/accounts/16173`;
  const task = `${url}${failed.path}/tasks/${DBT_TASK}`;
  return [
    { name: "home", url: `${url}/`, sign: "Needs you", isOnPhone: true },
    { name: "dags", url: `${url}/dags`, sign: DAG_ID, isOnPhone: true },
    { name: "trigger-dialog", url: `${url}/dags?trigger=${DAG_ID}`, sign: "airloom dags trigger" },
    { name: "dag", url: `${url}/dags/${DAG_ID}`, sign: "ml_training" },
    { name: "dag-runs", url: `${url}/dags/${DAG_ID}?tab=runs`, sign: "manual" },
    { name: "dag-tasks", url: `${url}/dags/${DAG_ID}?tab=tasks`, sign: "ml_training" },
    { name: "dag-code", url: `${url}/dags/${DAG_ID}?tab=code`, sign: "runDbtCloudJob" },
    { name: "dag-details", url: `${url}/dags/${DAG_ID}?tab=details`, sign: "delay model" },
    { name: "dag-scheduled", url: `${url}/dags/airport_weather_ingest`, sign: "save_observations" },
    { name: "run", url: `${url}${failed.path}`, sign: DBT_TASK },
    { name: "task", url: task, sign: "First error", isOnPhone: true },
    { name: "task-log", url: `${task}?tab=log`, sign: "Log" },
    { name: "task-xcom", url: `${task}?tab=xcom`, sign: "job_run_url" },
    { name: "task-rendered", url: `${task}?tab=rendered`, sign: "65767" },
    { name: "task-details", url: `${task}?tab=details`, sign: "default_pool" },
    { name: "mark-dialog", url: `${task}?mark=success`, sign: "Mark as success" },
    { name: "clear-dialog", url: `${task}?dialog=clear`, sign: "will run again" },
    { name: "rerun-dialog", url: `${task}?dialog=rerun`, sign: "dbt build" },
    { name: "runs", url: `${url}/runs`, sign: DAG_ID },
    { name: "connections", url: `${url}/connections?id=dbt_cloud`, sign: "API Token" },
    { name: "variables", url: `${url}/variables`, sign: "flights_file" },
    { name: "pools", url: `${url}/pools`, sign: "default_pool" },
    { name: "audit", url: `${url}/audit`, sign: DAG_ID },
    { name: "jobs", url: `${account}/jobs`, sign: "65767" },
    { name: "job", url: `${account}/projects/36467/jobs/65767/`, sign: "dbt build" },
    { name: "job-runs", url: `${account}/runs`, sign: "Run" },
    { name: "service-tokens", url: `${account}/service-tokens`, sign: "quickstart" },
    { name: "dbt-run", url: failed.jobRunUrl, sign: "Steps" },
  ];
}

/** Takes one theme at one width, with the session of one sign-in. */
async function takeTheme(
  browser: Browser,
  view: { readonly theme: Theme; readonly width: number; readonly signInUrl: string },
  shots: readonly Shot[],
): Promise<void> {
  const { theme, width, signInUrl } = view;
  const context = await browser.newContext({
    viewport: { width, height: width === PHONE_WIDTH ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: "reduce",
    deviceScaleFactor: 1,
  });
  const page = await context.newPage();
  const suffix = width === PHONE_WIDTH ? `-phone-${theme}` : `-${theme}`;
  await page.goto(`${signInUrl}/sign-in`);
  await page.getByLabel("Username").waitFor();
  if (width !== PHONE_WIDTH) await save(page, `sign-in${suffix}`);
  await page.getByLabel("Username").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill("admin");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  for (const shot of shots) {
    // Addresses behind `#` alone would not load the page anew.
    await page.goto("about:blank");
    await page.goto(shot.url);
    await page.getByText(shot.sign).first().waitFor({ state: "attached" });
    await page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    if (shot.url.startsWith(signInUrl) && width !== PHONE_WIDTH) {
      await page.getByText("All components up").first().waitFor({ state: "attached" });
    }
    await save(page, `${shot.name}${suffix}`);
  }
  await context.close();
}

async function save(page: Page, name: string): Promise<void> {
  await page.evaluate("document.fonts.ready.then(() => true)");
  const file = join(OUT, `${name}.png`);
  const picture = compressPng(await page.screenshot({ animations: "disabled", caret: "hide" }));
  writeFileSync(file, picture);
  console.log(`${name} (${Math.round(picture.length / 1_000)} kB)`);
}

async function main(): Promise<void> {
  if (CHROMIUM === undefined) throw new Error("Cannot take pictures: no Chromium was found");
  mkdirSync(OUT, { recursive: true });
  const wanted = process.argv.slice(2);
  const project = await openThrowawayProject("flights");
  const browser = await openBrowser(CHROMIUM);
  try {
    await seed(project);
    const all = shotsOf(project, await findFailedRun(project));
    const shots = all.filter(
      ({ name }) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)),
    );
    const signInUrl = project.readAddresses().url;
    if (shots.length === 0) {
      const names = all.map(({ name }) => name).join(", ");
      throw new Error(`Cannot take "${wanted.join('", "')}": expected beginnings of ${names}`);
    }
    for (const theme of THEMES) {
      await takeTheme(browser, { theme, width: 1_440, signInUrl }, shots);
      const onPhone = shots.filter(({ isOnPhone }) => isOnPhone === true);
      await takeTheme(browser, { theme, width: PHONE_WIDTH, signInUrl }, onPhone);
    }
  } finally {
    await browser.close();
    await project.close();
  }
}

await main();
