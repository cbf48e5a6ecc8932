import type { UiHome } from "@airloom/api";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import type { BuiltApp } from "./built-app.ts";
import { HOME } from "./flights-home.ts";
import { DAG_ID, RUNS } from "./flights-runs.ts";

/** A run that succeeded although two tasks and a dbt node in it failed. */
const TROUBLED = RUNS.find(({ failed_task_count }) => failed_task_count > 0)?.dag_run_id ?? "";

/** Nothing that failed, waits or is switched off stays out of sight. */
export function describeOverview(app: () => BuiltApp): void {
  describe("a failure behind a green run (U5)", () => {
    const words = "2 tasks failed, 1 dbt node failed";

    test("stands in the list of runs", async () => {
      const page = await app().openPage("/runs");
      await page.getByRole("link", { name: `Succeeded, ${words}` }).waitFor();
    });

    test("stands over its column in the grid and on the Dags page, by shape and in words", async () => {
      const page = await app().openPage(`/dags/${DAG_ID}`);
      const column = page.getByRole("button", { name: `succeeded, ${words}` });
      await column.waitFor();
      expect(await column.locator(".run-bar.troubled").count()).toBe(1);
      await page.goto(`${app().server.url}/dags`);
      await page
        .getByRole("img", { name: "Last 24 runs, 3 failed, 1 with failures inside" })
        .first()
        .waitFor();
    });

    test("stands on the run's page", async () => {
      const page = await app().openPage(
        `/dags/${DAG_ID}/runs/${encodeURIComponent(TROUBLED)}?view=tasks`,
      );
      await page.getByRole("img", { name: `succeeded, ${words}` }).waitFor();
      await page.getByText(`Succeeded, ${words}`, { exact: false }).first().waitFor();
      expect(await page.title()).toMatch(/^Succeeded, 2 tasks failed/u);
    });

    test("is counted on the home page and named with its cause", async () => {
      const page = await app().openPage("/");
      await page.getByText("of which 3 with failures inside").waitFor();
      const cause = page.getByRole("listitem").filter({ hasText: "503 Service Unavailable" });
      await cause.getByText("fetch and 2 more").waitFor();
      await cause.getByText("1 in a run that did not fail").waitFor();
      await cause.getByRole("link", { name: "Open run" }).waitFor();
    });
  });

  describe("the home page (U4, U24)", () => {
    /** The home page of an installation that differs from the fixture. */
    async function openHome(change: Partial<UiHome>): Promise<Page> {
      const { page } = await app().openTab();
      onTestFinished(() => page.close());
      await page.route("**/ui/home", (route) => route.fulfill({ json: { ...HOME, ...change } }));
      await page.goto(app().server.url);
      return page;
    }

    test("says how many run beyond those it lists, with the way to the rest", async () => {
      const page = await app().openPage("/");
      const running = page.getByRole("region", { name: "Running now" });
      await running.getByText("2 of 22").waitFor();
      await running.getByRole("link", { name: "20 more: show all 22" }).click();
      await page.waitForURL(/\/runs\?state=running/u);
    });

    test("names the next runs in the zones of their Dags", async () => {
      const page = await app().openPage("/");
      const next = page.getByRole("region", { name: "Next runs" });
      await next.getByText("10:00 Berlin").waitFor();
      await next.getByText("08:15 UTC").waitFor();
    });

    test("names what is paused with the button that ends it", async () => {
      const page = await app().openPage("/");
      await page.getByRole("button", { name: "Resume maintenance_forecast" }).click();
      await page.getByText("Resumed maintenance_forecast").waitFor();
      expect(app().bodiesOf("PATCH /api/v2/dags/maintenance_forecast")).toContainEqual({
        is_paused: false,
      });
    });

    test("a Dag whose types do not fit carries a badge in the list (U16)", async () => {
      const page = await app().openPage("/dags");
      const row = page.getByRole("row").filter({ hasText: "airport_weather_ingest" });
      await row.getByText("3 type errors").waitFor();
    });

    test("names a schedule whose time has passed without a run", async () => {
      const page = await app().openPage("/");
      const missed = page.getByRole("listitem").filter({ hasText: "no run was made" });
      await missed.getByText("08:45 Berlin").waitFor();
      await missed.getByRole("link", { name: "Open Dag" }).waitFor();
    });

    test("says plainly that the only Dag is paused", async () => {
      const page = await openHome({ dag_count: 1, next_runs: { items: [], total: 0 } });
      await page.getByText("Your only Dag, maintenance_forecast, is paused.").waitFor();
      await page.getByText("1 Dag is paused").waitFor();
    });

    test("tells an empty environment what to do next", async () => {
      const page = await openHome({
        dag_count: 0,
        problems: { items: [], total: 0, ungrouped_failures: 0 },
      });
      await page.getByRole("heading", { name: "No Dags yet" }).waitFor();
      await page.getByText("npx airloom dev init my-project").first().waitFor();
    });
  });
}
