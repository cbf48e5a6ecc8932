import { tmpdir } from "node:os";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFailed, test } from "vitest";
import { CHROMIUM, openBrowser } from "../../../web/testing/browser.ts";
import { BROKEN, openThrowawayProject, type ThrowawayProject } from "./throwaway-project.ts";

const DAG_ID = "dbt_cloud_provider_eltml";
const TASKS = ["extract", "load", "trigger_dbt_cloud_job_run", "ml_training"] as const;
const DBT_TASK = "trigger_dbt_cloud_job_run";

/** How long the page may take to answer a click, and how long a whole run may take, on a busy machine. */
const ANSWER_MS = 60_000;
const RUN_MS = 120_000;

if (CHROMIUM === undefined) console.log("Skipped the guide's journey: no Chromium was found");

describe.skipIf(CHROMIUM === undefined)("the guide in a browser", () => {
  let project: ThrowawayProject;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    project = await openThrowawayProject("flights");
    [browser] = await Promise.all([
      openBrowser(CHROMIUM ?? ""),
      project.airloom("dev", "start", "--port", "0", "--dbt-service-port", "0"),
    ]);
    context = await browser.newContext({
      viewport: { width: 1_440, height: 900 },
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(ANSWER_MS);
    page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
  }, 180_000);

  afterAll(async () => {
    await browser?.close();
    await project?.close();
  }, 60_000);

  test("from the first sign-in to a broken model that is mended and cleared", async () => {
    onTestFailed(() => keepPicture(page));
    const addresses = project.readAddresses();
    await signIn(page, addresses.url);
    // Whatever happens from here on must show without loading the page anew.
    let loads = 0;
    page.on("load", () => {
      loads += 1;
    });
    await expectAccessible(page);

    await addConnection(page, {
      token: await createToken(project),
      tenant: addresses.dbtServiceUrl,
    });
    await expectAccessible(page);
    await setVariable(page, "flights_file", "flights-20k.json");

    await openDags(page);
    await openDag(page);
    await page.getByRole("switch", { name: `Resume ${DAG_ID}` }).click();
    await page.getByRole("switch", { name: `Pause ${DAG_ID}` }).waitFor();
    await triggerRun(page);
    for (const task of TASKS) await expectState(page, task, "Success");
    await page.getByRole("link", { name: DBT_TASK, exact: true }).click();
    await expectJobRunBehind(page);

    project.breakModel();
    await openDags(page);
    await expectAccessible(page);
    await openDag(page);
    await page
      .getByRole("button", { name: /^extract, run .*, success$/u })
      .first()
      .waitFor();
    await expectAccessible(page);
    await triggerRun(page);
    await expectState(page, DBT_TASK, "Failed");
    await expectState(page, "ml_training", "Upstream failed");
    await page.getByRole("link", { name: DBT_TASK, exact: true }).click();
    await expectFirstError(page);
    await expectAccessible(page);

    project.mendModel();
    await clearWithDownstream(page);
    await page.getByText("Cleared 2 tasks").waitFor();
    await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link").nth(2).click();
    for (const task of TASKS) await expectState(page, task, "Success");
    expect(await readTries(page)).toEqual({
      extract: "1",
      load: "1",
      trigger_dbt_cloud_job_run: "2",
      ml_training: "1",
    });
    expect(loads).toBe(0);
    expect(complaints).toEqual([]);
  }, 300_000);
});

/** What the page showed when the journey went wrong. */
async function keepPicture(page: Page): Promise<void> {
  const file = join(tmpdir(), `airloom-journey-${process.pid}.png`);
  await page.screenshot({ path: file });
  console.log(`The journey ended at ${page.url()}, seen in ${file}`);
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Username").fill("admin");
  await page.getByLabel("Password", { exact: true }).fill("admin");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: "Home", level: 1 }).waitFor();
  await page.getByRole("heading", { name: "Needs you", exact: true }).waitFor();
}

async function createToken(project: ThrowawayProject): Promise<string> {
  const { token } = JSON.parse(await project.airloom("service-tokens", "create", "--json"));
  return String(token);
}

/** Fills in the form of the guide: account, token and tenant, tests it, and saves it. */
async function addConnection(
  page: Page,
  { token, tenant }: { readonly token: string; readonly tenant: string },
): Promise<void> {
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("button", { name: "New connection" }).click();
  const form = page.getByRole("form", { name: "Connection" });
  await form.getByLabel("Connection ID").fill("dbt_cloud");
  await form.getByLabel("Connection type").selectOption({ label: "dbt Cloud" });
  await form.getByLabel("Account ID").fill("16173");
  await form.getByLabel("API Token").fill(token);
  await form.getByLabel("Tenant").fill(tenant);
  await form.getByRole("button", { name: "Test", exact: true }).click();
  const result = form.getByRole("complementary", { name: "Test" });
  await result.getByRole("img", { name: "success" }).waitFor();
  expect(await result.getByRole("definition").allInnerTexts()).toContainEqual(
    expect.stringContaining("16173"),
  );
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("link", { name: "dbt_cloud", exact: false }).first().waitFor();
  await page.getByText("Saved connection dbt_cloud").waitFor();
}

async function setVariable(page: Page, key: string, value: string): Promise<void> {
  await page.getByRole("link", { name: "Variables" }).click();
  await page.getByRole("button", { name: "New variable" }).click();
  const dialog = page.getByRole("dialog", { name: "New variable" });
  await dialog.getByLabel("Key").fill(key);
  await dialog.getByLabel("Value").fill(value);
  await dialog.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("row", { name: key }).getByRole("cell", { name: value }).waitFor();
}

async function openDags(page: Page): Promise<void> {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Dags" }).click();
  await page.getByRole("link", { name: DAG_ID, exact: true }).first().waitFor();
}

async function openDag(page: Page): Promise<void> {
  await page.getByRole("link", { name: DAG_ID, exact: true }).first().click();
  await page.getByRole("heading", { name: DAG_ID, level: 1 }).waitFor();
  await page.getByRole("switch", { name: DAG_ID }).waitFor();
}

/** Triggers a run and waits until its page shows its tasks. */
async function triggerRun(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Trigger", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Trigger ${DAG_ID}` });
  await dialog.getByRole("button", { name: "Trigger", exact: true }).click();
  await page.getByRole("heading", { name: "Tasks", exact: true }).waitFor();
  await rowOf(page, "extract").waitFor();
}

function rowOf(page: Page, task: string): Locator {
  return page.getByRole("row").filter({ has: page.getByRole("link", { name: task, exact: true }) });
}

async function expectState(page: Page, task: string, state: string): Promise<void> {
  await rowOf(page, task)
    .getByRole("cell", { name: state, exact: true })
    .waitFor({ timeout: RUN_MS });
}

/** The link that the task pushed leads to the run's page at the job service, with its steps and their logs. */
async function expectJobRunBehind(page: Page): Promise<void> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name: "Monitor Job Run" }).click();
  const run = await opened;
  await run.getByRole("heading", { name: /^Run \d+$/u, level: 1 }).waitFor();
  expect(run.url()).toMatch(/\/#\/accounts\/16173\/projects\/36467\/runs\/\d+\/?$/u);
  const steps = run.getByRole("region", { name: "Steps" });
  await steps.getByRole("button", { name: /dbt deps/u }).waitFor();
  const build = steps.getByRole("button", { name: /dbt build/u });
  if ((await build.getAttribute("aria-expanded")) === "false") await build.click();
  await steps
    .getByRole("region", { name: "Log lines" })
    .getByText(/PASS=\d+/u)
    .waitFor();
  await run.close();
}

/** What broke stands first: the model, where it is written, and what the database said. */
async function expectFirstError(page: Page): Promise<void> {
  const box = page.getByRole("region", { name: "First error" });
  await box.getByText(new RegExp(`${BROKEN.model}, model, line \\d+`, "u")).waitFor();
  await box.getByText(BROKEN.file, { exact: true }).waitFor();
  await box.getByText(new RegExp(BROKEN.column, "u")).first().waitFor();
}

async function clearWithDownstream(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: `Clear ${DBT_TASK}` });
  expect(await dialog.getByRole("checkbox", { name: "Downstream" }).isChecked()).toBe(true);
  const clear = dialog.getByRole("button", { name: "Clear 2 tasks" });
  await clear.waitFor();
  const affected = await dialog.getByRole("row").allInnerTexts();
  expect(affected.slice(1).map((row) => row.split(/\s/u)[0])).toEqual([DBT_TASK, "ml_training"]);
  await clear.click();
}

async function readTries(page: Page): Promise<Readonly<Record<string, string>>> {
  const entries = TASKS.map(async (task) => [
    task,
    await rowOf(page, task).getByRole("cell").nth(2).innerText(),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

/** What is gravely wrong with the page, asked of axe inside it: its own runner for browsers costs several times as much. */
const FIND_GRAVE = `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => id + ": " + node.target.join(" ") + " " + node.failureSummary)))`;

async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  expect(await page.evaluate<unknown>(FIND_GRAVE)).toEqual([]);
}
