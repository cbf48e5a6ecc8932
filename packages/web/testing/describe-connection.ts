import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, RUN, TASK } from "./built-app.ts";
import { HOME } from "./flights-home.ts";
import { DAG_ID } from "./flights-runs.ts";

/** What the pages say while the server is away, while a part of it is down, and when a session has ended. */
export function describeConnection(app: () => BuiltApp): void {
  async function openTab(): Promise<Page> {
    const { page } = await app().openTab();
    onTestFinished(() => page.close());
    return page;
  }

  /** Lets nothing through to the server from now on, and breaks what is open. */
  async function cutOff(page: Page): Promise<() => Promise<void>> {
    const nothing = /\/(?:api|ui|auth)\/|favicon\.svg/u;
    await page.route(nothing, (route) => route.abort("connectionrefused"));
    app().server.breakStreams(0);
    return () => page.unroute(nothing);
  }

  describe("while the server is away (U6)", () => {
    const banner = (page: Page) =>
      page.getByRole("alert").filter({ hasText: "The server does not answer since" });

    test.each([
      ["home", "/", "Needs you"],
      ["Dags", "/dags", DAG_ID],
      ["a Dag", `/dags/${DAG_ID}`, "History"],
      ["a run", RUN, "Details"],
      ["pools", "/pools", "default_pool"],
    ])("%s says so at once, and that it is back", async (_, path, sign) => {
      const page = await openTab();
      await page.goto(app().server.url + path);
      await page.getByText(sign).first().waitFor();
      const restore = await cutOff(page);
      await banner(page).waitFor({ timeout: 5_000 });
      expect(await banner(page).count()).toBe(1);
      await page.getByText("Server does not answer", { exact: true }).waitFor();
      expect(await page.getByText("All components up").count()).toBe(0);
      await restore();
      await page.getByText("The server is back.").waitFor();
      expect(await banner(page).count()).toBe(0);
    });

    test("the home page knows nothing of components, and nothing can be pressed that acts", async () => {
      const page = await openTab();
      await page.goto(app().server.url);
      await page.getByText("Needs you").waitFor();
      await cutOff(page);
      await banner(page).waitFor();
      const health = page.getByRole("region", { name: "Health" });
      expect(await health.getByText("unknown since 08:12 UTC").count()).toBe(6);
      expect(await page.getByText("all components up").count()).toBe(0);
      const resume = page.getByRole("button", { name: "Resume maintenance_forecast" });
      expect(await resume.getAttribute("aria-disabled")).toBe("true");
      expect(await resume.getAttribute("title")).toContain("The server does not answer");
      expect(await findViolations(page)).toEqual([]);
    });

    test("a Dag's switch and its Trigger say why they cannot be pressed", async () => {
      const page = await openTab();
      await page.goto(`${app().server.url}/dags/${DAG_ID}`);
      await page.getByText("History").waitFor();
      await cutOff(page);
      await banner(page).waitFor();
      for (const control of [
        page.getByRole("switch", { name: `Pause ${DAG_ID}` }),
        page.getByRole("button", { name: "Trigger", exact: true }),
        page.getByRole("button", { name: "Clear", exact: true }),
      ]) {
        expect(await control.getAttribute("aria-disabled")).toBe("true");
        expect(await control.getAttribute("title")).toContain("nothing can be changed");
      }
    });

    test.each([
      ["your account", "/account", ["Change password", "New token", "Revoke"]],
      ["a task", TASK, ["Add note", "Mark as", "Clear", "Rerun from here"]],
      ["connections", "/connections?id=dbt_cloud_default", ["New connection", "Test"]],
    ] as const)(
      "what acts on the page of %s says why it cannot be pressed",
      async (_, path, names) => {
        const page = await openTab();
        await page.goto(app().server.url + path);
        await page.getByRole("button", { name: names[0] }).first().waitFor();
        await cutOff(page);
        await banner(page).waitFor();
        for (const name of names) {
          const control = page.getByRole("button", { name, exact: true }).first();
          expect(await control.getAttribute("title")).toContain("nothing can be changed");
        }
      },
    );

    test("a stream that breaks while the server answers is no loss", async () => {
      const page = await openTab();
      await page.goto(`${app().server.url}/dags`);
      await page.getByRole("link", { name: DAG_ID }).first().waitFor();
      const probed = page.waitForResponse(/favicon\.svg/u);
      app().server.breakStreams(1);
      await probed;
      expect(await banner(page).count()).toBe(0);
    });
  });

  test("a component that is down is named on every page with what stands still (U6)", async () => {
    const page = await openTab();
    const components = HOME.components.map((component) =>
      component.name === "scheduler" ? { ...component, status: "unhealthy" } : component,
    );
    await page.route("**/ui/home", (route) => route.fulfill({ json: { ...HOME, components } }));
    await page.goto(`${app().server.url}/pools`);
    const alert = page.getByRole("alert").filter({ hasText: "The scheduler is down" });
    await alert.getByText("no task starts and no run goes on").waitFor();
  });

  test("a session that has ended leads to signing in, which says why (U6)", async () => {
    const page = await openTab();
    await page.goto(`${app().server.url}/dags`);
    await page.getByRole("link", { name: DAG_ID }).first().waitFor();
    await page.route(/\/api\/v2\//u, (route) =>
      route.fulfill({ status: 401, json: { detail: "Sign in first" } }),
    );
    await page.getByRole("link", { name: "Pools" }).click();
    await page.getByRole("alert").filter({ hasText: "Your session has ended" }).waitFor();
  });

  describe("short messages (U24)", () => {
    test("lie over nothing and give the focus back", async () => {
      const page = await openTab();
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${app().server.url}/dags/${DAG_ID}`);
      await page.getByRole("switch", { name: `Pause ${DAG_ID}` }).click();
      const message = page.getByText(`Paused ${DAG_ID}`);
      const toast = await message.boundingBox();
      const main = await page.getByRole("main").boundingBox();
      const tabbar = await page.getByRole("navigation", { name: "Main, phone" }).boundingBox();
      expect(toast?.y).toBeGreaterThanOrEqual((main?.y ?? 0) + (main?.height ?? 0));
      expect((toast?.y ?? 0) + (toast?.height ?? 0)).toBeLessThanOrEqual(tabbar?.y ?? 0);
      await page.getByRole("button", { name: "Undo" }).click();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    });
  });

  test("a Dag's zone stands beside its schedule and its next run (U18)", async () => {
    const page = await openTab();
    await page.goto(`${app().server.url}/dags/${DAG_ID}`);
    await page.getByText("Europe/Berlin", { exact: true }).waitFor();
    const next = page.getByText("10:00 Berlin (09:00 UTC)");
    await next.waitFor();
    expect(await next.getAttribute("title")).toContain("Europe/Berlin, Dag");
  });
}
