import type { Locator, Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, RUN, TASK } from "./built-app.ts";
import { type FixtureServer, startFixtureServer } from "./fixture-server.ts";
import { openFlights } from "./flights-handlers.ts";
import { DAG_ID } from "./flights-runs.ts";

const REASON = "Needs the role editor; you are viewer";

type Roles = Readonly<Record<string, "viewer" | "editor" | "admin">>;

/** The same app for somebody who may only look, or who may do more or less with single Dags. */
async function openFor(
  app: BuiltApp,
  role: "viewer" | "editor",
  dagRoles?: Roles,
): Promise<FixtureServer & { readonly asked: readonly string[] }> {
  const flights = openFlights();
  const config = flights.getUiConfig?.({});
  if (config === undefined) throw new Error("The fixture has no config");
  const asked: string[] = [];
  const count = <T>(name: string, answer: T): T => {
    asked.push(name);
    return answer;
  };
  const server = await startFixtureServer({
    webDir: app.webDir,
    handlers: {
      ...flights,
      getUiConfig: () => ({
        ...config,
        user: { username: "otto", role, ...(dagRoles && { dag_roles: dagRoles }) },
      }),
      listConnections: () => count("connections", { connections: [], total_entries: 0 }),
      listVariables: () => count("variables", { variables: [], total_entries: 0 }),
      listEventLogs: () => count("audit", { event_logs: [], total_entries: 0 }),
      listUsers: () => count("users", { users: [], total_entries: 0 }),
    },
  });
  onTestFinished(() => server.close());
  return { ...server, asked };
}

/** Reachable by keyboard, refused before it is tried, and described by why. */
async function expectRefused(control: Locator, reason = REASON): Promise<void> {
  await control.waitFor();
  expect(await control.getAttribute("aria-disabled")).toBe("true");
  expect(await control.getAttribute("title")).toBe(reason);
  await control.focus();
  expect(await control.evaluate((it) => it === document.activeElement)).toBe(true);
  expect(
    await control.evaluate((it) => getComputedStyle(it, "::after").content.includes("Needs")),
  ).toBe(true);
}

/** Whether a write only asks what it would touch. */
function isQuestion({ line, body }: FixtureServer["writes"][number]): boolean {
  const isDryRun =
    typeof body === "object" && body !== null && "dry_run" in body && body.dry_run === true;
  return isDryRun || line.endsWith("/dry_run");
}

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("main").getByRole("button", { name, exact: true }).first();

/** What a viewer sees of what a viewer cannot do. */
export function describeViewer(app: () => BuiltApp): void {
  describe("somebody who may only look (U14)", () => {
    test.each([
      ["the list of Dags", "/dags", [`Trigger ${DAG_ID}`], "editor"],
      ["a Dag", `/dags/${DAG_ID}`, ["Trigger", "Clear"], "editor"],
      ["a run", RUN, ["Add note", "Mark as", "Clear"], "editor"],
      ["a task", TASK, ["Mark as", "Clear", "Rerun failed nodes", "Rerun from here"], "editor"],
      ["pools", "/pools", ["New pool"], "admin"],
    ] as const)(
      "reads on the page of %s why its actions are refused, before trying (U14)",
      async (_name, path, names, role) => {
        const server = await openFor(app(), "viewer");
        const page = await app().openPage(path, server.url);
        for (const name of names) {
          const control = button(page, name);
          // The keyboard's way to it, so that its reason shows.
          await page.keyboard.press("Tab");
          await expectRefused(control, `Needs the role ${role}; you are viewer`);
          await page.keyboard.press("Enter");
          await page.keyboard.press("Space");
        }
        for (const key of ["t", "c", "r", "p"]) await page.keyboard.press(key);
        expect(await page.getByRole("dialog").count()).toBe(0);
        expect(server.writes).toEqual([]);
        expect(await findViolations(page)).toEqual([]);
      },
    );

    test("cannot pause a Dag, by click or key, and reads why (U14)", async () => {
      const server = await openFor(app(), "viewer");
      const page = await app().openPage(`/dags/${DAG_ID}`, server.url);
      const pause = page.getByRole("switch").first();
      await page.keyboard.press("Tab");
      await expectRefused(pause);
      await page.keyboard.press("Space");
      await page.keyboard.press("p");
      expect(server.writes).toEqual([]);
    });

    test.each([
      [`/dags/${DAG_ID}?dialog=trigger`, "Trigger"],
      [`${RUN}?dialog=clear`, /^Clear/u],
      [`${RUN}?dialog=note`, "Save note"],
      [`${TASK}?dialog=rerun`, /^Rerun/u],
      [`${TASK}?mark=success`, /^Mark/u],
      ["/pools?isNew=true", "Save"],
    ] as const)(
      "reads the reason in the dialog of %s too, whoever gave the address (U14)",
      async (path, name) => {
        const server = await openFor(app(), "viewer");
        const page = await app().openPage(path, server.url);
        const dialog = page.getByRole("dialog");
        const submit = dialog.getByRole("button", { name }).last();
        await expect.poll(() => submit.getAttribute("title")).toContain("you are viewer");
        expect(await submit.getAttribute("aria-disabled")).toBe("true");
        await dialog
          .getByText(/you are viewer/u)
          .first()
          .waitFor();
        await page.keyboard.press("Enter");
        // Asking what it would take changes nothing.
        expect(server.writes.filter((write) => !isQuestion(write))).toEqual([]);
      },
    );

    test.each([
      ["Connections", "/connections", "connections", "editor"],
      ["Variables", "/variables", "variables", "editor"],
      ["Audit log", "/audit", "audit", "editor"],
      ["Users", "/users", "users", "admin"],
    ] as const)(
      "reads in the menu and on the page of %s that it is not for a viewer, and nothing is asked for (U14)",
      async (name, path, asked, role) => {
        const server = await openFor(app(), "viewer");
        const page = await app().openPage(path, server.url);
        await page.getByText(`You may not see the ${name.toLowerCase()}`).waitFor();
        await page.getByRole("main").getByText(`Needs the role ${role}; you are viewer`).waitFor();
        const link = page
          .getByRole("navigation", { name: "Main", exact: true })
          .getByRole("link", { name: new RegExp(`^${name}`, "u") });
        expect(await link.getAttribute("title")).toContain(`Needs the role ${role}`);
        expect(server.asked).not.toContain(asked);
        expect(await findViolations(page)).toEqual([]);
      },
    );

    test("may do with a Dag what the server says of that Dag, and no more with the others (U14)", async () => {
      const server = await openFor(app(), "viewer", { [DAG_ID]: "editor" });
      const page = await app().openPage("/dags", server.url);
      await button(page, `Trigger ${DAG_ID}`).waitFor();
      expect(await button(page, `Trigger ${DAG_ID}`).getAttribute("aria-disabled")).toBeNull();
      await expectRefused(button(page, "Trigger airport_weather_ingest"), REASON);
    });

    test("is held back from a Dag where the server says so, whatever the role (U14)", async () => {
      const server = await openFor(app(), "editor", { [DAG_ID]: "viewer" });
      const page = await app().openPage(`/dags/${DAG_ID}`, server.url);
      await page.keyboard.press("Tab");
      await expectRefused(
        button(page, "Trigger"),
        `Needs the role editor; for ${DAG_ID} you are viewer`,
      );
    });
  });
}
