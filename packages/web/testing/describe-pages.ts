import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { type BuiltApp, findViolations, RUN, TASK } from "./built-app.ts";
import { DAG_ID } from "./flights-runs.ts";

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
  ["note dialog", `${TASK}?dialog=note`, "It stays through retries and clears"],
  ["runs", "/runs", "scheduled__2026-11-22"],
  ["connections", "/connections?id=dbt_cloud_default", "API Token"],
  ["variables", "/variables", "carriers"],
  ["pools", "/pools", "default_pool"],
  ["users", "/users", "carmen"],
  ["user dialog", "/users?id=carmen", "nightly-ci"],
  ["new user dialog", "/users?isNew=true", "Make user"],
  ["account", "/account", "nightly-ci"],
  ["new API token dialog", "/account?isNew=true", "After 90 days"],
  ["password dialog", "/account?id=password", "Current password"],
  ["audit log", "/audit", "run.trigger"],
] as const;

/** The pages that people on call open on a phone. */
const PHONE_PAGES = [
  ["/", "Needs you"],
  ["/dags", "carrier_delay_features"],
  ["/users", "carmen"],
  ["/users?id=carmen", "nightly-ci"],
  ["/account", "nightly-ci"],
  [TASK, "First error"],
  [`${TASK}?dialog=clear`, "2 tasks in 1 run will run again"],
  [`${TASK}?mark=success`, "1 task in 1 run will be marked success"],
  [`${TASK}?dialog=rerun`, "Rerun 4 nodes"],
  [`/dags?trigger=${DAG_ID}`, "airloom dags trigger"],
] as const;

/** Every page is accessible, in the light and on a phone in the dark, and complains about nothing. */
export function describePages(app: () => BuiltApp): void {
  describe("every page", () => {
    let page: Page;
    let complaints: string[];

    beforeAll(async () => {
      ({ page, complaints } = await app().openTab());
    });

    test.each(PAGES)("%s is accessible and quiet", async (_, path, sign) => {
      complaints.length = 0;
      await page.emulateMedia({ colorScheme: "light" });
      await page.setViewportSize({ width: 1_280, height: 900 });
      await page.goto(app().server.url + path);
      await page.getByText(sign).first().waitFor({ state: "attached" });
      expect(await findViolations(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });

    test.each(PHONE_PAGES)("%s is accessible in the dark and fits a phone", async (path, sign) => {
      await page.emulateMedia({ colorScheme: "dark" });
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(app().server.url + path);
      await page.getByText(sign).first().waitFor({ state: "attached" });
      expect(await findViolations(page)).toEqual([]);
      expect(await page.evaluate(findTooWide)).toEqual([]);
    });
  });
}

/** What can be scrolled sideways: the page, or a part of an open dialog. */
function findTooWide(): readonly string[] {
  return [document.documentElement, ...document.querySelectorAll("dialog *")]
    .filter((element) => element === document.documentElement || canScroll(element))
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ tagName, className }) => `${tagName} ${className}`);

  function canScroll(element: Element): boolean {
    return ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  }
}
