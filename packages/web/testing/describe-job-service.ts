import type { Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, isInSight, TASK } from "./built-app.ts";
import { type DbtFixture, openDbtFixture } from "./dbt-service.ts";
import { type FixtureServer, startFixtureServer } from "./fixture-server.ts";
import { DBT_TASK, NOW } from "./flights-runs.ts";

/** The same app as the dbt job service serves it, at dbt Cloud's own addresses. */
export function describeJobService(app: () => BuiltApp): void {
  describe("served by the dbt job service", () => {
    let service: FixtureServer;
    let fixture: DbtFixture;

    beforeAll(async () => {
      fixture = openDbtFixture();
      service = await startFixtureServer({
        webDir: app().webDir,
        handlers: {},
        extra: fixture.answer,
      });
    });

    afterAll(async () => {
      await service.close();
    });

    test("says on its pages that its server is away, unasked, and that it is back (U6)", async () => {
      const page = await app().openPage("/#/accounts/1/runs", service.url);
      await page.getByText("Run 70412").first().waitFor();
      await page.route("**/*", (route) => route.abort("connectionrefused"));
      const banner = page
        .getByRole("alert")
        .filter({ hasText: "The server does not answer since" });
      await banner.waitFor();
      await page.unroute("**/*");
      await page.getByText("The server is back.").waitFor();
      expect(await banner.count()).toBe(0);
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
      const page = await app().openPage(path, service.url);
      await page.getByText(sign).first().waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await findViolations(page)).toEqual([]);
    });

    test.each([
      ["jobs", "/", "Hourly flights build", true],
      ["job runs", "/#/accounts/1/runs", "Run 70412", true],
      ["service tokens", "/#/accounts/1/service-tokens", "Job Admin in Analytics", false],
    ] as const)(
      "J and K on the list of %s stop at what opens a row, never at what acts on it, and change nothing (U1)",
      async (_, path, sign, opens) => {
        const page = await app().openPage(path, service.url);
        await page.getByText(sign).first().waitFor();
        const writes = service.writes.length;
        for (const key of ["j", "j", "k"]) await page.keyboard.press(key);
        const first = page.locator("[data-row]").first();
        const target = opens ? first.getByRole("link").first() : first;
        expect(await target.evaluate((it) => it === document.activeElement)).toBe(true);
        const address = page.url();
        await page.keyboard.press("Space");
        expect(page.url()).toBe(address);
        await page.keyboard.press("Enter");
        if (opens) await expect.poll(() => page.url()).not.toBe(address);
        expect(await page.getByRole("dialog").count()).toBe(0);
        expect(service.writes.slice(writes)).toEqual([]);
      },
    );

    test("nothing is asked for that only the platform knows", async () => {
      const { page, complaints } = await app().openTab();
      onTestFinished(() => page.close());
      await page.goto(`${service.url}/#/accounts/1/projects/1/runs/70412/`);
      await page.getByText("Model timing").waitFor();
      expect(complaints).toEqual([]);
    });

    test("a run that a task started leads back to that task", async () => {
      const page = await app().openPage("/#/accounts/1/projects/1/runs/70412/", service.url);
      const link = page.getByRole("link", { name: `Open task ${DBT_TASK}` });
      expect(await link.getAttribute("href")).toBe(`http://127.0.0.1:8080${TASK}`);
    });

    test("the failed step stands open at its log", async () => {
      const page = await app().openPage("/#/accounts/1/projects/1/runs/70412/", service.url);
      await page.getByText("column f.arr_delay_min does not exist").first().waitFor();
      await page.getByRole("button", { name: /Clone git repository/u }).click();
      await expect.poll(() => page.url()).toContain("step=1");
    });

    test("the log of a failed step stands at its first error", async () => {
      const page = await app().openPage("/#/accounts/1/projects/1/runs/70412/", service.url);
      const hit = page.locator('.log-line[data-hit="true"]');
      await hit.waitFor();
      expect(await hit.textContent()).toContain("ERROR int_flight_delays");
      await expect
        .poll(() =>
          page.getByRole("region", { name: "Log lines" }).evaluate((log) => log.scrollTop),
        )
        .toBeGreaterThan(0);
    });

    test("the log of a step is followed from its first lines to its last", async () => {
      const page = await app().openPage("/#/accounts/1/projects/1/runs/70413/", service.url);
      await page.getByText("Nothing written yet.").waitFor();
      const lines = page.getByRole("region", { name: "Log lines" });
      for (const [from, to] of [
        [1, 3],
        [4, 400],
        [401, 403],
        [404, 1_900],
      ] as const) {
        const text = Array.from(
          { length: to - from + 1 },
          (_, at) => `08:06:19  Line ${from + at}.`,
        );
        fixture.write(`${text.join("\n")}\n`);
        await expect
          .poll(() => isShown(lines, `08:06:19  Line ${to}.`), { timeout: 20_000 })
          .toBe(true);
      }
      await lines.focus();
      await page.keyboard.press("PageUp");
      await page.getByRole("button", { name: "Follow" }).waitFor();
      fixture.write("08:06:19  Line 1901.\n");
      await page.getByText("1,901 lines").waitFor();
      expect(await isShown(lines, "08:06:19  Line 1901.")).toBe(false);
    });

    test("a run's cause is told to people without the mark for programs, and fits beside the rest", async () => {
      const page = await app().openPage("/#/accounts/1/projects/1/jobs/31/", service.url);
      const cause = page.getByRole("cell", { name: /^Triggered via Airloom by task/u }).first();
      await cause.waitFor();
      expect(await cause.textContent()).not.toContain("[airloom:");
      expect(await cause.getByTitle(/\[airloom:30ab1b13/u).count()).toBe(1);
      const panel = page.locator(".panel.scroll");
      expect(await panel.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
      expect(await page.getByRole("columnheader").allTextContents()).not.toContain("Job");
    });

    test("the sidebar names the person and the version, and leads to the platform and out", async () => {
      const page = await app().openPage("/", service.url);
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
      const page = await app().openPage("/#/accounts/1/service-tokens", service.url);
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

    test("a revoke that was thought better of is not asked about again on the way back", async () => {
      const page = await app().openPage("/#/accounts/1/service-tokens", service.url);
      const revoke = page.getByRole("button", { name: "Revoke" }).first();
      const dialog = page.getByRole("dialog", { name: /^Revoke / });
      await revoke.click();
      await dialog.getByRole("button", { name: "Cancel" }).click();
      await dialog.waitFor({ state: "detached" });
      await page.goBack();
      await revoke.waitFor();
      expect(page.url()).not.toContain("id=");
      expect(await dialog.count()).toBe(0);
    });

    test("who may not make tokens reads why", async () => {
      const viewer = await startFixtureServer({
        webDir: app().webDir,
        handlers: {},
        extra: openDbtFixture(["job:read"]).answer,
      });
      const page = await app().openPage("/#/accounts/1/service-tokens", viewer.url);
      await page.getByText("Only account admins see service tokens").waitFor();
      expect(await page.getByRole("button", { name: "New token" }).getAttribute("title")).toBe(
        "Only an account admin may do this",
      );
      await viewer.close();
    });
  });
}

/** Whether a line of the log stands in view. */
async function isShown(lines: Locator, text: string): Promise<boolean> {
  const [line] = await lines.getByText(text, { exact: true }).all();
  return line !== undefined && (await line.evaluate(isInSight));
}
