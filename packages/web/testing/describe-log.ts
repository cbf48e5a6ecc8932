import type { LogLine, RequestOf } from "@airloom/api";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, isInSight, TASK } from "./built-app.ts";
import { startFixtureServer } from "./fixture-server.ts";
import { openFlights } from "./flights-handlers.ts";
import { DAG_ID, DBT_TASK, LAST_RUN } from "./flights-runs.ts";
import { viewOf } from "./flights-task.ts";

const SIZE = 200_000;
const LOG_TAB = `${TASK}?tab=log`;

function lineOf(number: number): LogLine {
  const level = number % 20_000 === 7 ? "error" : number % 1_000 === 0 ? "warning" : "info";
  const event = `${level === "error" ? "Broken" : "Loaded"} flight ${number}`;
  return { timestamp: "2026-11-22T08:06:15.000Z", event, level, logger: "stdout" };
}

/** The app before a server with a long log, and what was asked of it. */
async function openLog(app: BuiltApp, { isRunning = false, path = LOG_TAB } = {}) {
  const log = Array.from({ length: SIZE }, (_, index) => lineOf(index + 1));
  const asked: RequestOf<"viewLog">[] = [];
  const downloads: RequestOf<"downloadLog">[] = [];
  const flights = openFlights();
  const server = await startFixtureServer({
    webDir: app.webDir,
    handlers: {
      ...flights,
      viewLog: (request) => {
        asked.push(request);
        return { ...viewOf(log, request), is_over: !isRunning };
      },
      downloadLog: (request) => {
        downloads.push(request);
        return undefined;
      },
      listTries: () => ({ task_instances: [], total_entries: 0 }),
      getTaskInstance: (request) => {
        const found = flights.getTaskInstance?.(request);
        if (found === undefined) throw new Error("The fixture has no task");
        const state = isRunning ? "running" : "success";
        return { ...found, state, end_date: isRunning ? null : found.end_date, failure: null };
      },
    },
  });
  onTestFinished(() => server.close());
  const page = await app.openPage(path, server.url);
  const grow = (count: number): void => {
    for (let more = 0; more < count; more += 1) log.push(lineOf(log.length + 1));
    server.publish({
      kind: "log",
      dag_id: DAG_ID,
      dag_run_id: LAST_RUN,
      task_id: DBT_TASK,
      map_index: -1,
      try_number: 2,
    });
  };
  return { page, asked, downloads, grow };
}

function linesOf(page: Page) {
  return page.getByRole("region", { name: "Log lines" });
}

/** A log that is longer than anybody reads: only what is looked at comes. */
export function describeLog(app: () => BuiltApp): void {
  describe("a long log (U3)", () => {
    test("opens at its end by one question, and draws only what is in view (U3)", async () => {
      const { page, asked } = await openLog(app());
      await page.getByText(`Loaded flight ${SIZE}`, { exact: true }).waitFor();
      await page.getByText("200,000 lines").waitFor();
      expect(asked).toHaveLength(1);
      expect(Number(asked[0]?.limit)).toBeLessThanOrEqual(1_000);
      expect(await page.locator(".log-line").count()).toBeLessThan(150);
      expect(await findViolations(page)).toEqual([]);
    });

    test("asks for what is scrolled to, and for nothing between (U3)", async () => {
      const { page, asked } = await openLog(app());
      await page.getByText(`Loaded flight ${SIZE}`, { exact: true }).waitFor();
      await linesOf(page).focus();
      await page.keyboard.press("Home");
      await page.getByText("Loaded flight 1", { exact: true }).waitFor();
      expect(asked.length).toBeLessThan(6);
      await page.getByRole("button", { name: "To the end" }).click();
      await page.getByText(`Loaded flight ${SIZE}`, { exact: true }).waitFor();
    });

    test("a search has true counts and its matches are marked (U3)", async () => {
      const { page } = await openLog(app());
      await page.getByRole("searchbox", { name: "Search all lines" }).fill("FLIGHT 19999");
      await page.getByText("11 of 200,000 lines").waitFor();
      const marks = page.locator(".log-line mark");
      await expect.poll(() => marks.count()).toBe(11);
      expect(await marks.first().textContent()).toBe("flight 19999");
      await page.getByRole("searchbox", { name: "Search all lines" }).fill("flight");
      await page.getByText("200,000 lines").waitFor();
      const levels = page.getByRole("combobox", { name: "Least level" });
      expect(await levels.locator("option").allTextContents()).toEqual([
        "All levels (200,000)",
        "info and up (200,000)",
        "warning and up (210)",
        "error (10)",
      ]);
      await levels.selectOption("error");
      await page.getByText("10 of 200,000 lines").waitFor();
      await expect.poll(() => page.locator(".log-line").count()).toBe(10);
    });

    test("keys lead to the first error and from one to the next, without reading what lies between (U3)", async () => {
      const { page, asked } = await openLog(app());
      await page.getByText(`Loaded flight ${SIZE}`, { exact: true }).waitFor();
      const hit = page.locator('.log-line[data-hit="true"]');
      await page.keyboard.press("e");
      await expect.poll(() => hit.textContent()).toContain("Broken flight 7");
      await page.keyboard.press("n");
      await expect.poll(() => hit.textContent()).toContain("Broken flight 20007");
      await page.keyboard.press("n");
      await expect.poll(() => hit.textContent()).toContain("Broken flight 40007");
      await page.keyboard.press("Shift+N");
      await expect.poll(() => hit.textContent()).toContain("Broken flight 20007");
      expect(new URL(page.url()).searchParams.get("line")).toBe("20007");
      expect(asked.length).toBeLessThan(20);
      expect(await hit.evaluate(isInSight)).toBe(true);
    });

    test("an address with a line opens around it (U3)", async () => {
      const { page } = await openLog(app(), { path: `${LOG_TAB}&line=123456` });
      const hit = page.locator('.log-line[data-hit="true"]');
      await hit.waitFor();
      expect(await hit.textContent()).toContain("Loaded flight 123456");
      expect(await hit.evaluate(isInSight)).toBe(true);
    });

    test("a log that grows is followed at its end, and stays where somebody scrolled to (U3)", async () => {
      const { page, grow } = await openLog(app(), { isRunning: true });
      await page.getByText(`Loaded flight ${SIZE}`, { exact: true }).waitFor();
      grow(3);
      await page.getByText(`Loaded flight ${SIZE + 3}`, { exact: true }).waitFor();
      await linesOf(page).focus();
      await page.keyboard.press("PageUp");
      await page.getByRole("button", { name: "Follow" }).waitFor();
      const seen = await linesOf(page).evaluate((log) => log.scrollTop);
      grow(3);
      await page.getByText("200,006 lines").waitFor();
      expect(await page.getByText(`Loaded flight ${SIZE + 6}`, { exact: true }).count()).toBe(0);
      expect(await linesOf(page).evaluate((log) => log.scrollTop)).toBe(seen);
      await page.getByRole("button", { name: "Follow" }).click();
      await page.getByText(`Loaded flight ${SIZE + 6}`, { exact: true }).waitFor();
      grow(2);
      await page.getByText(`Loaded flight ${SIZE + 8}`, { exact: true }).waitFor();
    });

    test("what is too much for the clipboard says so, and can be downloaded (U3)", async () => {
      const { page, downloads } = await openLog(app());
      const copy = page.getByRole("button", { name: "Copy these lines" });
      await copy.waitFor();
      await expect.poll(() => copy.getAttribute("title")).toContain("Copies up to 5,000 lines");
      expect(await copy.getAttribute("aria-disabled")).toBe("true");
      await page.getByRole("searchbox", { name: "Search all lines" }).fill("broken");
      await page.getByText("10 of 200,000 lines").waitFor();
      await page.getByRole("button", { name: "Download these lines" }).click();
      await expect.poll(() => downloads.map(({ search }) => search)).toEqual(["broken"]);
    });
  });
}
