import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { buildWeb } from "../build.ts";
import { CHROMIUM, openBrowser } from "./browser.ts";
import { type DbtFixture, openDbtFixture } from "./dbt-service.ts";
import { type FixtureServer, startFixtureServer } from "./fixture-server.ts";
import { DAG_ID, DBT_TASK, LAST_RUN, NOW } from "./flights.ts";
import { openFlights } from "./flights-handlers.ts";

const RUN = `/dags/${DAG_ID}/runs/${encodeURIComponent(LAST_RUN)}`;
const TASK = `${RUN}/tasks/${DBT_TASK}`;

/** Every page with a heading or control that shows that it has loaded. */
const PAGES = [
  ["home", "/", "Needs you"],
  ["Dags", "/dags", "carrier_delay_features"],
  ["trigger dialog", `/dags?trigger=${DAG_ID}`, "airloom dags trigger"],
  // Few runs: the checker looks at every cell anew.
  ["Dag, grid and graph", `/dags/${DAG_ID}?runs=3`, "Why has ml_training not run?"],
  ["Dag, code", `/dags/${DAG_ID}?tab=code`, "Loads flights hourly"],
  ["Dag, details", `/dags/${DAG_ID}?tab=details`, "Europe/Berlin"],
  ["run", RUN, "scheduled__2026-11-22"],
  ["task, result", TASK, "First error"],
  ["task, log", `${TASK}?tab=log`, "Done. PASS=7"],
  ["task, XCom", `${TASK}?tab=xcom`, "return_value"],
  ["clear dialog", `${TASK}?dialog=clear`, "2 tasks in 1 run will run again"],
  ["mark dialog", `${TASK}?mark=success`, "1 task in 1 run will be marked success"],
  ["rerun dialog", `${TASK}?dialog=rerun`, "Rerun 4 nodes"],
  ["runs", "/runs", "scheduled__2026-11-22"],
  ["connections", "/connections?id=dbt_cloud_default", "API Token"],
  ["variables", "/variables", "carriers"],
  ["pools", "/pools", "default_pool"],
  ["audit log", "/audit", "run.trigger"],
] as const;

/** The pages that people on call open on a phone. */
const PHONE_PAGES = [
  ["/", "Needs you"],
  ["/dags", "carrier_delay_features"],
  [TASK, "First error"],
  [`${TASK}?dialog=clear`, "2 tasks in 1 run will run again"],
] as const;

let outDir: string;
let browser: Browser;
let profile: BrowserContext;
let server: FixtureServer;

interface Tab {
  readonly page: Page;
  /** Whatever the page complains about: errors, refused scripts, failed requests. */
  readonly complaints: string[];
}

/** One profile for all pages: what it has loaded of the app once it does not load and compile again. */
function openProfile(): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: 1_440, height: 900 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
}

/** A page whose clock stands still. */
async function openTab(): Promise<Tab> {
  const page = await profile.newPage();
  page.setDefaultTimeout(20_000);
  await page.clock.setFixedTime(NOW);
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return { page, complaints };
}

/** Opens an address for one test. */
async function openPage(path: string, origin = server.url): Promise<Page> {
  const { page } = await openTab();
  onTestFinished(() => page.close());
  await page.goto(origin + path);
  return page;
}

async function findViolations(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page })
    // In the page itself: else the checker opens another page for its report, which takes longer than the check.
    .setLegacyMode()
    // What would be loaded first serves rules on audio and video alone, of which the app has none.
    .options({ resultTypes: ["violations"], preload: false })
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary ?? ""}`),
  );
}

describe.skipIf(CHROMIUM === undefined)("the web app in Chromium", () => {
  beforeAll(async () => {
    outDir = await mkdtemp(join(tmpdir(), "airloom-web-"));
    await buildWeb({ outDir });
    server = await startFixtureServer({ webDir: outDir, handlers: openFlights() });
    browser = await openBrowser(CHROMIUM ?? "");
    profile = await openProfile();
  });

  afterAll(async () => {
    await browser.close();
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  });

  describe("every page", () => {
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      ({ page, complaints } = await openTab());
    });

    test.each(PAGES)("%s is accessible and quiet", async (_, path, sign) => {
      complaints.length = 0;
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1_280, height: 900 });
      await page.goto(server.url + path);
      await page.getByText(sign).first().waitFor({ state: "attached" });
      expect(await findViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test.each(PHONE_PAGES)("%s is accessible in the dark and fits a phone", async (path, sign) => {
      await page.emulateMedia({ colorScheme: "dark" });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(server.url + path);
      await page.getByText(sign).first().waitFor({ state: "attached" });
      expect(await findViolations(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    });
  });

  test("the browser's tab carries the state", async () => {
    const page = await openPage(TASK);
    await page.getByRole("heading", { name: DBT_TASK }).waitFor();
    expect(await page.title()).toBe(`failed: ${DBT_TASK} · Airloom`);
    expect(await page.locator("link[rel=icon]").last().getAttribute("href")).toBe(
      "/favicon-failed.svg",
    );
  });

  test("pausing shows at once and can be undone", async () => {
    const page = await openPage("/dags");
    const pause = page.getByRole("switch", { name: `Pause ${DAG_ID}` });
    await pause.click();
    await page.getByRole("switch", { name: `Resume ${DAG_ID}` }).waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await expect
      .poll(() => bodiesOf(`PATCH /api/v2/dags/${DAG_ID}`))
      .toEqual([{ is_paused: true }, { is_paused: false }]);
  });

  test("filters live in the address and survive a reload", async () => {
    const page = await openPage("/dags");
    await page.getByRole("searchbox", { name: "Filter by name" }).fill("weather");
    await page.getByRole("link", { name: "carrier_delay_features" }).waitFor({ state: "detached" });
    expect(page.url()).toContain("q=weather");
    await page.reload();
    await page.getByRole("link", { name: "airport_weather_ingest" }).first().waitFor();
    expect(await page.getByRole("searchbox", { name: "Filter by name" }).inputValue()).toBe(
      "weather",
    );
  });

  test("keys move through rows, trigger, and go places", async () => {
    const page = await openPage("/dags");
    await page.getByRole("link", { name: DAG_ID }).first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("t");
    await page.getByRole("dialog", { name: "Trigger flights_backfill_2024" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  });

  test("arrows move in the grid, and a cell selects its run and row", async () => {
    const page = await openPage(`/dags/${DAG_ID}`);
    await page.getByRole("button", { name: /^extract, run 2026-11-22 08/u }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    const focused = page.locator("*:focus");
    await expect
      .poll(() => focused.getAttribute("aria-label"))
      .toMatch(/^load, run 2026-11-22 07/u);
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("row")).toBe("task:load");
  });

  test("an event repaints its cell without another request for it", async () => {
    const page = await openPage(`/dags/${DAG_ID}`);
    await page.getByRole("button", { name: /^load, run 2026-11-22 08.*success/u }).waitFor();
    server.publish({
      kind: "task_instance",
      dag_id: DAG_ID,
      dag_run_id: LAST_RUN,
      task_id: "load",
      map_index: -1,
      state: "running",
      try_number: 2,
      start_date: NOW.toISOString(),
      end_date: null,
    });
    await page.getByRole("button", { name: /^load, run 2026-11-22 08.*running/u }).waitFor();
  });

  test("clear lists what it takes as the options change, and then clears just that", async () => {
    const page = await openPage(`${TASK}?dialog=clear`);
    await page.getByRole("button", { name: "Clear 2 tasks" }).waitFor();
    await page.getByRole("checkbox", { name: "Downstream" }).uncheck();
    await page.getByRole("button", { name: "Clear 1 task" }).click();
    await page.getByText("Cleared 1 task").waitFor();
    const cleared = bodiesOf(`POST /api/v2/dags/${DAG_ID}/clearTaskInstances`);
    expect(cleared.filter(isForReal)).toMatchObject([
      { task_ids: [DBT_TASK], include_downstream: false },
    ]);
  });

  test("a node is rerun from here with the selection that is shown", async () => {
    const page = await openPage(TASK);
    await page.getByRole("button", { name: "stg_flights", exact: true }).click();
    await page.getByRole("button", { name: "Rerun from here" }).click();
    const dialog = page.getByRole("dialog", { name: "Rerun from stg_flights" });
    await dialog.getByText("dbt build --select stg_flights+").waitFor();
    await dialog.getByRole("button", { name: /^Rerun 4 nodes/u }).click();
    await page.getByText(`Rerun of ${DBT_TASK} started`).waitFor();
    const bodies = server.writes.map(({ body }) => body);
    expect(bodies.filter(isForReal)).toContainEqual(
      expect.objectContaining({ select: "stg_flights+" }),
    );
  });

  test("the focus of a dialog starts on its first choice", async () => {
    const page = await openPage(`${TASK}?dialog=rerun`);
    await page.getByRole("button", { name: /^Rerun 4 nodes/u }).waitFor();
    await expect
      .poll(() => page.getByRole("checkbox", { name: "Downstream tasks" }).evaluate(isFocused))
      .toBe(true);
  });

  test("marking lists what it touches, and marks only when that is confirmed", async () => {
    const line = `PATCH /api/v2${TASK.replace("/runs/", "/dagRuns/").replace("/tasks/", "/taskInstances/")}`;
    const page = await openPage(TASK);
    await page.getByRole("button", { name: "Mark as" }).click();
    await page.getByRole("button", { name: "Skipped" }).click();
    const dialog = page.getByRole("dialog", { name: `Mark ${DBT_TASK} as skipped` });
    await dialog.getByText("1 task in 1 run will be marked skipped").waitFor();
    expect(bodiesOf(line)).toEqual([]);
    await dialog.getByRole("button", { name: "Mark as skipped" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(bodiesOf(line)).toEqual([{ new_state: "skipped" }]);
  });

  test.each([
    ["run", RUN, "Note on the run"],
    ["task", TASK, `Note on ${DBT_TASK}`],
  ])("a note on a %s is written, changed and taken away", async (_, path, title) => {
    const page = await openPage(path);
    const dialog = page.getByRole("dialog", { name: title });
    const write = async (text: string): Promise<void> => {
      await dialog.getByRole("textbox", { name: "Note" }).fill(text);
      await dialog.getByRole("button", { name: "Save note" }).click();
    };
    await page.getByRole("button", { name: "Add note" }).click();
    await write("Carrier file was late,\nsee ticket 12");
    const note = page.getByRole("region", { name: "Note" });
    await note.getByText("see ticket 12").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Edit note" }).click();
    await write(" ");
    await note.waitFor({ state: "detached" });
    const address = path.replace("/runs/", "/dagRuns/").replace("/tasks/", "/taskInstances/");
    expect(bodiesOf(`PATCH /api/v2${address}`).slice(-2)).toEqual([
      { note: "Carrier file was late,\nsee ticket 12" },
      { note: null },
    ]);
  });

  test.each([
    ["pool", "maintenance", "/pools?id=maintenance", "pools"],
    ["variable", "carriers", "/variables?id=carriers", "variables"],
    ["connection", "fuel_api", "/connections?id=fuel_api", "connections"],
  ])(
    "a %s is deleted only after its name has been confirmed",
    async (noun, name, path, resource) => {
      const line = `DELETE /api/v2/${resource}/${name}`;
      const page = await openPage(path);
      await page.getByRole("button", { name: "Delete" }).click();
      const dialog = page.getByRole("dialog", { name: `Delete ${noun} ${name}?` });
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(bodiesOf(line)).toEqual([]);
      await page.getByRole("button", { name: "Delete" }).click();
      await dialog.getByRole("button", { name: `Delete ${noun}` }).click();
      await page.getByText(`Deleted ${noun} ${name}`).waitFor();
      expect(bodiesOf(line)).toHaveLength(1);
    },
  );

  test("the audit log leads to what was changed, and to the run", async () => {
    const page = await openPage("/audit");
    const run = page.getByRole("link", { name: LAST_RUN });
    expect(await run.getAttribute("href")).toBe(RUN);
    await page.getByRole("link", { name: "maintenance" }).click();
    await page.getByRole("dialog", { name: "Pool maintenance" }).waitFor();
  });

  test("a file that cannot be read says where and why on the Dags page, without a click", async () => {
    const page = await openPage("/dags");
    const note = page.getByRole("region", { name: "Import errors" });
    await note.getByText("dags/crew_pairing.ts:41:18").waitFor();
    await note.getByText("Type 'string' is not assignable to type 'number'").waitFor();
    await note.getByRole("link", { name: "Open file" }).click();
    await page.waitForURL((url) => url.pathname === "/dags/crew_pairing");
  });

  test("the breadcrumb names a run by its time", async () => {
    const page = await openPage(TASK);
    const crumbs = page.getByRole("navigation", { name: "Breadcrumb" });
    await crumbs.getByRole("link", { name: "Run 08:00" }).waitFor();
    expect(await crumbs.textContent()).not.toContain("scheduled__");
  });

  test("the log of a failed attempt begins at its first error", async () => {
    const page = await openPage(TASK);
    await page.setViewportSize({ width: 1_440, height: 700 });
    const first = page.locator(".log-line.error").first();
    await first.waitFor();
    await expect
      .poll(() => page.locator(".log").evaluate((log) => log.scrollTop))
      .toBeGreaterThan(0);
    expect(await first.evaluate(isInSight)).toBe(true);
  });

  test("a log is searched, and a line has an address", async () => {
    const page = await openPage(`${TASK}?tab=log`);
    await page.getByRole("searchbox", { name: "Search all lines" }).fill("stg_flights");
    await page.getByText("3 of 13 lines").waitFor();
    await page.getByRole("searchbox", { name: "Search all lines" }).fill("");
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await expect.poll(() => new URL(page.url()).searchParams.get("line")).toBe("9");
    expect(await page.locator('.log-line[data-hit="true"]').textContent()).toContain(
      "ERROR creating",
    );
  });

  test("a connection is tested from what stands in the form, and its secret is never sent back", async () => {
    const page = await openPage("/connections?id=dbt_cloud_default");
    await page.getByLabel("Tenant").fill("ab123.us1.dbt.com");
    await page.getByRole("button", { name: "Test" }).click();
    await page.getByText("Token accepted").waitFor();
    const body = bodiesOf("POST /api/v2/connections/test").at(-1);
    expect(body).toMatchObject({ host: "ab123.us1.dbt.com" });
    expect(body).not.toHaveProperty("password");
  });

  test("without a session every page leads to the sign-in and back", async () => {
    const anonymous = await startFixtureServer({
      webDir: outDir,
      handlers: {
        login: () => ({ username: "admin", role: "admin" }),
        getUiConfig: () => ({
          version: "1.0.0",
          project: "flights",
          environment: "test",
          timezone: "UTC",
          default_credentials_hint: null,
          dbt_service_url: null,
          user: null,
        }),
      },
    });
    const page = await openPage("/dags?q=a", anonymous.url);
    await page.getByText("flights, test").waitFor();
    expect(await findViolations(page)).toEqual([]);
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password", { exact: true }).fill("admin");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL((url) => url.pathname === "/dags" || url.search.includes("next="));
    expect(anonymous.writes).toContainEqual({
      line: "POST /auth/login",
      body: { username: "admin", password: "admin" },
    });
    await anonymous.close();
  });

  describe("served by the dbt job service", () => {
    let service: FixtureServer;
    let fixture: DbtFixture;

    beforeAll(async () => {
      fixture = openDbtFixture();
      service = await startFixtureServer({ webDir: outDir, handlers: {}, extra: fixture.answer });
    });

    afterAll(async () => {
      await service.close();
    });

    test.each([
      ["jobs", "/", "Hourly flights build"],
      ["job", "/#/accounts/1/projects/1/jobs/31/", "dbt deps"],
      ["job runs", "/#/accounts/1/runs", "Run 70412"],
      ["run", "/#/accounts/1/projects/1/runs/70412/", "Model timing"],
      ["service tokens", "/#/accounts/1/service-tokens", "Job Admin in Analytics"],
      ["new token dialog", "/#/accounts/1/service-tokens?isNew=true", "Says where it is used"],
      ["revoke dialog", "/#/accounts/1/service-tokens?id=1001", "This cannot be undone"],
    ])("%s at dbt Cloud's own address is accessible", async (_, path, sign) => {
      const page = await openPage(path, service.url);
      await page.getByText(sign).first().waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await findViolations(page)).toEqual([]);
    });

    test("the failed step stands open at its log", async () => {
      const page = await openPage("/#/accounts/1/projects/1/runs/70412/", service.url);
      await page.getByText("column f.arr_delay_min does not exist").first().waitFor();
      await page.getByRole("button", { name: /Clone git repository/u }).click();
      await expect.poll(() => page.url()).toContain("step=1");
    });

    test("the log of a failed step stands at its first error", async () => {
      const page = await openPage("/#/accounts/1/projects/1/runs/70412/", service.url);
      const hit = page.locator('.log-line[data-hit="true"]');
      await hit.waitFor();
      expect(await hit.textContent()).toContain("ERROR int_flight_delays");
      await expect
        .poll(() =>
          page.getByRole("region", { name: "Log lines" }).evaluate((log) => log.scrollTop),
        )
        .toBeGreaterThan(0);
    });

    test("a run's cause is told to people without the mark for programs, and fits beside the rest", async () => {
      const page = await openPage("/#/accounts/1/projects/1/jobs/31/", service.url);
      const cause = page.getByRole("cell", { name: /^Triggered via Airloom by task/u }).first();
      await cause.waitFor();
      expect(await cause.textContent()).not.toContain("[airloom:");
      expect(await cause.getByTitle(/\[airloom:30ab1b13/u).count()).toBe(1);
      const panel = page.locator(".panel.scroll");
      expect(await panel.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
      expect(await page.getByRole("columnheader").allTextContents()).not.toContain("Job");
    });

    test("the sidebar names the person and the version, and leads to the platform and out", async () => {
      const page = await openPage("/", service.url);
      const sidebar = page.getByRole("navigation", { name: "Main", exact: true });
      expect(await sidebar.getByRole("link", { name: "Airloom UI" }).getAttribute("href")).toBe(
        "http://127.0.0.1:8080/",
      );
      await sidebar.getByText("v1.0.0").waitFor();
      await sidebar.getByRole("button", { name: "ada" }).click();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByRole("heading", { name: "Sign in to Airloom" }).waitFor();
      expect(fixture.writes.map(({ line }) => line)).toContain("POST /auth/logout");
    });

    test("a service token is made, shown once, and revoked", async () => {
      const page = await openPage("/#/accounts/1/service-tokens", service.url);
      await page.getByRole("button", { name: "New token" }).click();
      const dialog = page.getByRole("dialog", { name: "New service token" });
      await dialog.getByLabel("Name").fill("nightly");
      await dialog.getByRole("checkbox", { name: "Job Admin" }).uncheck();
      await dialog.getByRole("checkbox", { name: "Job Runner" }).check();
      await dialog.getByLabel("Projects").selectOption("Analytics");
      await dialog.getByLabel("Expires").selectOption("After 30 days");
      await dialog.getByRole("button", { name: "Create token" }).click();
      const once = page.getByRole("dialog", { name: "Token nightly" });
      await once.getByText("dbtc_shown_once").waitFor();
      expect(fixture.writes.at(-1)).toEqual({
        line: "POST /api/v3/accounts/1/service-tokens/",
        body: {
          name: "nightly",
          permission_grants: [{ permission_set: "job_runner", project_id: 1 }],
          expires_at: new Date(NOW.getTime() + 30 * 86_400_000).toISOString(),
        },
      });
      await once.getByRole("button", { name: "Done" }).click();
      expect(await page.getByText("dbtc_shown_once").count()).toBe(0);
      const row = page.getByRole("row", { name: /^nightly/u });
      await row.getByRole("button", { name: "Revoke" }).click();
      await page.getByRole("button", { name: "Revoke token" }).click();
      await row.waitFor({ state: "detached" });
      expect(fixture.writes.at(-1)?.body).toEqual({ state: 2 });
    });

    test("who may not make tokens reads why", async () => {
      const viewer = await startFixtureServer({
        webDir: outDir,
        handlers: {},
        extra: openDbtFixture(["job:read"]).answer,
      });
      const page = await openPage("/#/accounts/1/service-tokens", viewer.url);
      await page.getByText("Only account admins see service tokens").waitFor();
      expect(await page.getByRole("button", { name: "New token" }).getAttribute("title")).toBe(
        "Only an account admin may do this",
      );
      await viewer.close();
    });
  });
});

function bodiesOf(line: string): readonly unknown[] {
  return server.writes.filter((write) => write.line === line).map(({ body }) => body);
}

function isForReal(body: unknown): boolean {
  return typeof body === "object" && body !== null && "dry_run" in body && body.dry_run === false;
}

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}

/** Whether a line of a log stands within the part of it that shows. */
function isInSight(element: Element): boolean {
  const log = element.closest(".log");
  if (log === null) return false;
  const line = element.getBoundingClientRect();
  const frame = log.getBoundingClientRect();
  return line.top >= frame.top && line.bottom <= frame.bottom;
}
