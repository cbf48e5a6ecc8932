import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { type BuiltApp, RUN, TASK } from "./built-app.ts";
import { DAG_ID } from "./flights-runs.ts";

/** Every page with rows, a word of it that shows that they are there, and where the first row leads. */
const LISTS = [
  ["home", "/", "Needs you"],
  ["Dags", "/dags", DAG_ID],
  ["runs", "/runs", DAG_ID],
  ["runs of a Dag", `/dags/${DAG_ID}?tab=runs`, "scheduled"],
  ["tasks of a run beside the grid", `/dags/${DAG_ID}?view=tasks`, "extract"],
  ["tasks of a run", RUN, "extract"],
  ["dbt nodes of a task", TASK, "int_flight_delays"],
  ["connections", "/connections", "dbt_cloud"],
  ["variables", "/variables", "Changed"],
  ["pools", "/pools", "default_pool"],
  ["users", "/users", "Last sign-in"],
] as const;

/** What has the focus: what kind of thing it is, and whether it stands in a row. */
function focused(page: Page): Promise<{ tag: string; role: string | null; inRow: boolean }> {
  return page.evaluate(() => {
    const element = document.activeElement;
    return {
      tag: element?.tagName ?? "",
      role: element?.getAttribute("role") ?? null,
      inRow: element?.closest("[data-row]") !== null,
    };
  });
}

/** Nothing acts that was not aimed at. */
export function describeKeys(app: () => BuiltApp): void {
  describe("keys (U1)", () => {
    test("J, J, J and Enter on the list of Dags open the third Dag, and pause nothing (U1)", async () => {
      const page = await app().openPage("/dags");
      await page.getByRole("link", { name: DAG_ID }).first().waitFor();
      const writes = app().server.writes.length;
      for (let step = 0; step < 3; step += 1) await page.keyboard.press("j");
      const third = await page.getByRole("row").nth(3).getByRole("link").first().textContent();
      expect(await focused(page)).toEqual({ tag: "A", role: null, inRow: true });
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: third ?? "", level: 1 }).waitFor();
      expect(app().server.writes.slice(writes)).toEqual([]);
    });

    test.each(LISTS)(
      "J and K on the page of %s stop at what opens a row, and Enter and Space change nothing (U1)",
      async (_name, path, word) => {
        const page = await app().openPage(path);
        await page.getByText(word).first().waitFor();
        await page.locator("[data-row]").first().waitFor();
        const writes = app().server.writes.length;
        await page.keyboard.press("j");
        await page.keyboard.press("j");
        await page.keyboard.press("k");
        const first = await focused(page);
        expect(first.inRow).toBe(true);
        expect(first.role).not.toBe("switch");
        const opens = await page.evaluate(() =>
          document.activeElement?.matches("a[href], [data-opens], [data-row]"),
        );
        expect(opens).toBe(true);
        await page.keyboard.press("Space");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Enter");
        expect(app().server.writes.slice(writes)).toEqual([]);
      },
    );

    test("letters typed into a field, or with a modifier, are no shortcuts (U1)", async () => {
      const page = await app().openPage("/dags");
      const filter = page.getByRole("searchbox", { name: "Filter by name" });
      await filter.fill("");
      await filter.pressSequentially("tpg");
      expect(await filter.inputValue()).toBe("tpg");
      await filter.fill("");
      await page.getByRole("link", { name: DAG_ID }).first().waitFor();
      await page.keyboard.press("Escape");
      // The G before the field must not join with what follows it.
      for (const key of ["Control+j", "Alt+t", "Meta+p", "Alt+g", "d"])
        await page.keyboard.press(key);
      expect(new URL(page.url()).pathname).toBe("/dags");
      expect((await focused(page)).inRow).toBe(false);
      expect(await page.getByRole("dialog").count()).toBe(0);
    });

    test("keys of a page do nothing while a dialog or a menu lies over it (U1)", async () => {
      const page = await app().openPage(`${TASK}?dialog=note`);
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      await dialog.getByRole("button", { name: "Cancel" }).focus();
      for (const key of ["c", "r", "j", "g", "h"]) await page.keyboard.press(key);
      expect(await page.getByRole("dialog").count()).toBe(1);
      expect(new URL(page.url()).searchParams.get("dialog")).toBe("note");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Mark as" }).click();
      await page.keyboard.press("c");
      expect(await page.getByRole("dialog").count()).toBe(0);
      await page.keyboard.press("Escape");
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent))
        .toContain("Mark as");
    });

    test.each([
      ["note", RUN, "Add note"],
      ["clear", RUN, "Clear"],
      ["note of a task", TASK, /note$/u],
      ["clear of a task", TASK, "Clear"],
      ["rerun", TASK, "Rerun failed nodes"],
      ["trigger", `/dags/${DAG_ID}`, "Trigger"],
      ["new variable", "/variables", "New variable"],
      ["new pool", "/pools", "New pool"],
      ["new user", "/users", "New user"],
    ] as const)(
      "the %s dialog gives the focus back to what opened it, by Escape, Cancel and the cross (U1)",
      async (_name, path, button) => {
        const page = await app().openPage(path);
        const opener = page
          .getByRole("main")
          .getByRole("button", { name: button, exact: true })
          .first();
        const ways: readonly (() => Promise<void>)[] = [
          () => page.keyboard.press("Escape"),
          () =>
            page
              .getByRole("dialog")
              .getByRole("button", { name: /^Cancel/u })
              .click(),
          () => page.getByRole("dialog").getByRole("button", { name: "Close" }).click(),
        ];
        for (const leave of ways) {
          await opener.focus();
          await page.keyboard.press("Enter");
          await page.getByRole("dialog").waitFor();
          await leave();
          await page.getByRole("dialog").waitFor({ state: "detached" });
          await expect
            .poll(() => opener.evaluate((it) => it === document.activeElement))
            .toBe(true);
        }
      },
    );
  });
}
