import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CHROMIUM, openBrowser } from "../../../web/testing/browser.ts";
import { openThrowawayProject, type ThrowawayProject } from "./throwaway-project.ts";

const JOB = "/#/accounts/16173/projects/36467/jobs/65767/";
const ANSWER_MS = 60_000;
const RUN_MS = 120_000;
const ENDLESS_MODEL = `{{ config(materialized="table") }}
select count(*) as n from range(1000000000000) as numbers(n) where n % 7 = 3
`;

if (CHROMIUM === undefined) console.log("Skipped the job service's pages: no Chromium was found");

describe.skipIf(CHROMIUM === undefined)("the job service's own pages in a browser", () => {
  let project: ThrowawayProject;
  let browser: Browser;

  beforeAll(async () => {
    project = await openThrowawayProject("flights");
    [browser] = await Promise.all([
      openBrowser(CHROMIUM ?? ""),
      project.airloom("quickstart", ".", "--small", "--port", "0", "--dbt-service-port", "0"),
    ]);
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await project?.close();
  }, 60_000);

  test("a job is run by hand and watched to its end, and the next run is cancelled", async () => {
    const page = await browser.newPage({ reducedMotion: "reduce" });
    page.setDefaultTimeout(ANSWER_MS);
    await page.goto(project.readAddresses().dbtServiceUrl + JOB);
    await page.getByLabel("Username").fill("admin");
    await page.getByLabel("Password", { exact: true }).fill("admin");
    await page.getByRole("button", { name: "Sign in" }).click();

    await runJob(page);
    await expectStatus(page, "Success");
    await page.getByRole("button", { name: /dbt build/u, expanded: true }).waitFor();
    await page
      .getByRole("region", { name: "Log lines" })
      .getByText(/PASS=\d+/u)
      .first()
      .waitFor();

    await page.getByRole("link", { name: "dbt build", exact: true }).click();
    const watched = page.url();
    // However long the page takes to show the button, the run is still there to be cancelled.
    writeFileSync(join(project.dir, "dbt/models/marts/endless.sql"), ENDLESS_MODEL);
    await runJob(page);
    expect(page.url()).not.toBe(watched);
    await page.getByRole("button", { name: "Cancel run" }).click();
    await expectStatus(page, "Cancelled");
    await page.getByRole("button", { name: "Rerun from start" }).waitFor();
  }, 300_000);
});

/** Starts the job from its page, and waits for the page of its run. */
async function runJob(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Run now" }).click();
  await page.getByRole("heading", { name: /^Run \d+$/u, level: 1 }).waitFor();
}

async function expectStatus(page: Page, status: string): Promise<void> {
  await page
    .getByRole("region", { name: "Facts" })
    .getByText(status, { exact: true })
    .waitFor({ timeout: RUN_MS });
}
