import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, RUN, TASK } from "./built-app.ts";
import { startFixtureServer } from "./fixture-server.ts";
import { DAG_ID, DBT_TASK, LAST_RUN, NOW } from "./flights-runs.ts";

/** What people look at and how they get about: the address, keys, live events, logs, links, the way in. */
export function describeReading(app: () => BuiltApp): void {
  describe("what people read", () => {
    test("the browser's tab carries the state", async () => {
      const page = await app().openPage(TASK);
      await page.getByRole("heading", { name: DBT_TASK }).waitFor();
      expect(await page.title()).toBe(`failed: ${DBT_TASK} · Airloom`);
      expect(await page.locator("link[rel=icon]").last().getAttribute("href")).toBe(
        "/favicon-failed.svg",
      );
    });

    test("on a small laptop a Dag's name is still to be read", async () => {
      const page = await app().openPage("/dags");
      for (const width of [1_280, 1_100, 1_024, 800]) {
        await page.setViewportSize({ width, height: 800 });
        const name = page.getByRole("link", { name: DAG_ID }).first();
        const box = await name.boundingBox();
        expect(box?.width).toBeGreaterThan(120);
      }
    });

    test("an address that leads nowhere keeps the navigation", async () => {
      const page = await app().openPage("/nowhere");
      await page.getByRole("heading", { name: "There is no such page" }).waitFor();
      await page
        .getByRole("navigation", { name: "Main", exact: true })
        .getByRole("link", { name: "Dags" })
        .click();
      await page.getByRole("heading", { name: "Dags", level: 1 }).waitFor();
    });

    test("a Dag that does not exist cannot be triggered", async () => {
      const { page } = await app().openTab();
      onTestFinished(() => page.close());
      const detail = 'Cannot find Dag "nope"';
      await page.route(/\/ui\/.*nope/u, (route) =>
        route.fulfill({ status: 404, json: { detail } }),
      );
      await page.goto(`${app().server.url}/dags/nope`);
      await page.getByText("Could not load.").waitFor();
      const trigger = page.getByRole("button", { name: "Trigger" });
      expect(await trigger.getAttribute("aria-disabled")).toBe("true");
    });

    test("without the server one still gets about, and reads that it does not answer", async () => {
      const page = await app().openPage("/dags");
      await page.getByRole("link", { name: DAG_ID }).first().waitFor();
      await page.waitForLoadState("networkidle");
      await page.context().setOffline(true);
      onTestFinished(() => page.context().setOffline(false));
      await page.getByRole("link", { name: "Pools" }).click();
      await page.getByRole("heading", { name: "Pools", level: 1 }).waitFor();
      await page.getByText("The server does not answer.").waitFor();
      await page.context().setOffline(false);
      await page.getByRole("button", { name: "Retry" }).click();
      await page.getByText("default_pool").waitFor();
    });

    test("filters live in the address and survive a reload", async () => {
      const page = await app().openPage("/dags");
      await page.getByRole("searchbox", { name: "Filter by name" }).fill("weather");
      await page
        .getByRole("link", { name: "carrier_delay_features" })
        .waitFor({ state: "detached" });
      expect(page.url()).toContain("q=weather");
      await page.reload();
      await page.getByRole("link", { name: "airport_weather_ingest" }).first().waitFor();
      expect(await page.getByRole("searchbox", { name: "Filter by name" }).inputValue()).toBe(
        "weather",
      );
      await page.getByRole("searchbox", { name: "Filter by name" }).fill("nothing has this name");
      await page.getByRole("link", { name: "Show all Dags" }).click();
      await page.getByRole("link", { name: DAG_ID }).first().waitFor();
    });

    test("keys move through rows, trigger, and go places", async () => {
      const page = await app().openPage("/dags");
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

    test("arrows move through the hits of the palette, and Enter opens the chosen one", async () => {
      const page = await app().openPage("/runs");
      await page.getByRole("button", { name: "Search or jump to" }).click();
      const dialog = page.getByRole("dialog", { name: "Search or jump to" });
      const field = dialog.getByRole("combobox", { name: "Page or Dag" });
      const chosen = dialog.getByRole("option", { selected: true });
      await field.fill("o");
      expect(await chosen.textContent()).toBe("Home");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      expect(await chosen.textContent()).toBe("Connections");
      expect(await field.getAttribute("aria-activedescendant")).toBe(
        await chosen.getAttribute("id"),
      );
      expect(await findViolations(page)).toEqual([]);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Connections", level: 1 }).waitFor();
      await dialog.waitFor({ state: "detached" });
    });

    test("arrows move in the grid, and a cell selects its run and row", async () => {
      const page = await app().openPage(`/dags/${DAG_ID}`);
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
      const page = await app().openPage(`/dags/${DAG_ID}`);
      await page.getByRole("button", { name: /^load, run 2026-11-22 08.*success/u }).waitFor();
      app().server.publish({
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

    test("events are followed again after a stream that was answered with an error", async () => {
      const page = await app().openPage(`/dags/${DAG_ID}`);
      const cell = page.getByRole("button", { name: /^extract, run 2026-11-22 08.*running/u });
      await page.getByRole("button", { name: /^extract, run 2026-11-22 08/u }).waitFor();
      app().server.breakStreams(1);
      await expect
        .poll(
          async () => {
            app().server.publish({
              kind: "task_instance",
              dag_id: DAG_ID,
              dag_run_id: LAST_RUN,
              task_id: "extract",
              map_index: -1,
              state: "running",
              try_number: 2,
              start_date: NOW.toISOString(),
              end_date: null,
            });
            return cell.count();
          },
          { timeout: 50_000 },
        )
        .toBe(1);
    });

    test("the audit log leads to what was changed, and to the run", async () => {
      const page = await app().openPage("/audit");
      const run = page.getByRole("link", { name: LAST_RUN });
      expect(await run.getAttribute("href")).toBe(RUN);
      await page.getByRole("link", { name: "maintenance" }).click();
      await page.getByRole("dialog", { name: "Pool maintenance" }).waitFor();
    });

    test("the audit log is filtered by event, user and Dag, in its address", async () => {
      const page = await app().openPage("/audit?user=adm");
      const pool = page.getByRole("link", { name: "maintenance" });
      await pool.waitFor();
      await page.getByRole("searchbox", { name: "Filter by Dag" }).fill(DAG_ID);
      await pool.waitFor({ state: "detached" });
      await page.getByRole("searchbox", { name: "Filter by event" }).fill("login");
      await page.getByText("Nothing in the log matches these filters").waitFor();
      const { searchParams } = new URL(page.url());
      expect(Object.fromEntries(searchParams)).toEqual({
        user: "adm",
        dag: DAG_ID,
        event: "login",
      });
      await page.getByRole("link", { name: "Show the whole log" }).click();
      await pool.waitFor();
    });

    test("a file that cannot be read says where and why on the Dags page, without a click", async () => {
      const page = await app().openPage("/dags");
      const note = page.getByRole("region", { name: "Import errors" });
      await note.getByText("dags/crew_pairing.ts:41:18").waitFor();
      await note.getByText("Type 'string' is not assignable to type 'number'").waitFor();
      await note.getByRole("button", { name: "Open file" }).click();
      const dialog = page.getByRole("dialog", { name: "dags/crew_pairing.ts" });
      await dialog.getByText("const pairs = crew.task(").waitFor();
      await dialog.getByRole("button", { name: "Close" }).first().click();
      await dialog.waitFor({ state: "hidden" });
    });

    test("the breadcrumb names a run by its time", async () => {
      const page = await app().openPage(TASK);
      const crumbs = page.getByRole("navigation", { name: "Breadcrumb" });
      await crumbs.getByRole("link", { name: "Run 08:00" }).waitFor();
      expect(await crumbs.textContent()).not.toContain("scheduled__");
    });

    test("two runs of one minute have names of their own", async () => {
      const { page } = await app().openTab();
      onTestFinished(() => page.close());
      await page.route(/\/dagRuns\?/u, async (route) => {
        const answer = await (await route.fetch()).json();
        const runs = answer.dag_runs.slice(0, 2).map((run: object, index: number) => ({
          ...run,
          dag_run_id: `by hand ${index}`,
          run_after: `2026-11-22T08:04:0${index + 1}Z`,
        }));
        await route.fulfill({ json: { dag_runs: runs, total_entries: 2 } });
      });
      await page.goto(`${app().server.url}/runs`);
      await page.getByRole("cell", { name: "08:04:01" }).waitFor();
      await page.getByRole("cell", { name: "08:04:02" }).waitFor();
    });

    test("the log of a failed attempt begins at its first error", async () => {
      const page = await app().openPage(TASK);
      await page.setViewportSize({ width: 1_440, height: 700 });
      const first = page.locator(".log-line.error").first();
      await first.waitFor();
      await expect
        .poll(() => page.locator(".log").evaluate((log) => log.scrollTop))
        .toBeGreaterThan(0);
      expect(await first.evaluate(isInSight)).toBe(true);
    });

    test("a log is searched, and a line has an address", async () => {
      const page = await app().openPage(`${TASK}?tab=log`);
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

    test("what the browser does not let copy says so", async () => {
      const page = await app().openPage(`/dags/${DAG_ID}?tab=code`);
      // As under a name other than localhost without HTTPS.
      await page.evaluate(() =>
        Object.defineProperty(navigator, "clipboard", { value: undefined }),
      );
      await page.getByRole("button", { name: "Copy code" }).click();
      await page.getByRole("button", { name: "Could not copy" }).waitFor();
      await page.getByRole("button", { name: "Copy code" }).waitFor();
    });

    test("a viewer reads why the users are not shown, and nothing is asked for (U15)", async () => {
      const asked: string[] = [];
      const viewing = await startFixtureServer({
        webDir: app().webDir,
        handlers: {
          getUiConfig: () => ({
            version: "1.0.0",
            project: "flights",
            environment: "test",
            timezone: "UTC",
            command: "airloom",
            default_credentials_hint: null,
            dbt_service_url: null,
            user: { username: "otto", role: "viewer" },
            notices: [],
          }),
          listUsers: () => {
            asked.push("users");
            return { users: [], total_entries: 0 };
          },
        },
      });
      const page = await app().openPage("/users", viewing.url);
      await page.getByText("You may not see the users").waitFor();
      await page.getByRole("main").getByText("Needs the role admin; you are viewer").waitFor();
      expect(await findViolations(page)).toEqual([]);
      expect(asked).toEqual([]);
      await viewing.close();
    });

    test("without a session every page leads to the sign-in and back", async () => {
      const anonymous = await startFixtureServer({
        webDir: app().webDir,
        handlers: {
          login: () => ({ username: "admin", role: "admin" }),
          getUiConfig: () => ({
            version: "1.0.0",
            project: "flights",
            environment: "test",
            timezone: "UTC",
            command: "airloom",
            default_credentials_hint: null,
            dbt_service_url: null,
            user: null,
            notices: [],
          }),
        },
      });
      const page = await app().openPage("/dags?q=a", anonymous.url);
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
  });
}

/** Whether a line of a log stands within the part of it that shows. */
function isInSight(element: Element): boolean {
  const log = element.closest(".log");
  if (log === null) return false;
  const line = element.getBoundingClientRect();
  const frame = log.getBoundingClientRect();
  return line.top >= frame.top && line.bottom <= frame.bottom;
}
