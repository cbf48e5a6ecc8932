import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { buildWeb } from "../build.ts";
import { openBrowser } from "./browser.ts";
import { type FixtureServer, startFixtureServer } from "./fixture-server.ts";
import { openFlights } from "./flights-handlers.ts";
import { DAG_ID, DBT_TASK, LAST_RUN, NOW } from "./flights-runs.ts";

/** The page of the run that failed last. */
export const RUN = `/dags/${DAG_ID}/runs/${encodeURIComponent(LAST_RUN)}`;
/** The page of the task that failed in it. */
export const TASK = `${RUN}/tasks/${DBT_TASK}`;

/** A page and whatever it complains about: errors, refused scripts, failed requests. */
export interface Tab {
  readonly page: Page;
  readonly complaints: string[];
}

/** The app, built once and served to one browser, for all tests of its pages. */
export interface BuiltApp {
  /** Where the built app lies. */
  readonly webDir: string;
  readonly server: FixtureServer;
  /** Opens an empty page whose clock stands still. */
  openTab(): Promise<Tab>;
  /** Opens an address for one test. */
  openPage(path: string, origin?: string): Promise<Page>;
  /** Bodies of the writes to an address, in order. */
  bodiesOf(line: string): readonly unknown[];
  close(): Promise<void>;
}

/** Builds the app, serves it with made-up flights and opens Chromium. */
export async function openBuiltApp(chromium: string): Promise<BuiltApp> {
  const webDir = await mkdtemp(join(tmpdir(), "airloom-web-"));
  await buildWeb({ outDir: webDir });
  const server = await startFixtureServer({ webDir, handlers: openFlights() });
  const browser = await openBrowser(chromium);
  // One profile for all pages: what it has loaded of the app once it does not load and compile again.
  const profile = await browser.newContext({
    viewport: { width: 1_440, height: 900 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });

  const openTab = async (): Promise<Tab> => {
    const page = await profile.newPage();
    page.setDefaultTimeout(20_000);
    await page.clock.setFixedTime(NOW);
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    return { page, complaints };
  };

  return {
    webDir,
    server,
    openTab,
    openPage: async (path, origin = server.url) => {
      const { page } = await openTab();
      onTestFinished(() => page.close());
      await page.goto(origin + path);
      return page;
    },
    bodiesOf: (line) =>
      server.writes.filter((write) => write.line === line).map(({ body }) => body),
    close: async () => {
      await browser.close();
      await server.close();
      await rm(webDir, { recursive: true, force: true });
    },
  };
}

/** What stands in the way of people who do not use a mouse or do not see well. */
export async function findViolations(page: Page): Promise<readonly string[]> {
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

/** Whether a line of a log stands within the part of it that shows. */
export function isInSight(element: Element): boolean {
  const log = element.closest(".log");
  if (log === null) return false;
  const line = element.getBoundingClientRect();
  const frame = log.getBoundingClientRect();
  return line.top >= frame.top && line.bottom <= frame.bottom;
}
