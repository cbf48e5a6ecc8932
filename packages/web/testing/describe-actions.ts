import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { type BuiltApp, findViolations, RUN, TASK } from "./built-app.ts";
import { DAG_ID, DBT_TASK } from "./flights-runs.ts";

/** What people change: nothing happens before they have seen what it touches. */
export function describeActions(app: () => BuiltApp): void {
  describe("what people do", () => {
    test("pausing shows at once and can be undone", async () => {
      const changes = () => app().bodiesOf(`PATCH /api/v2/dags/${DAG_ID}`);
      const earlier = changes().length;
      const page = await app().openPage("/dags");
      const pause = page.getByRole("switch", { name: `Pause ${DAG_ID}` });
      await pause.click();
      await page.getByRole("switch", { name: `Resume ${DAG_ID}` }).waitFor();
      await page.getByRole("button", { name: "Undo" }).click();
      await expect
        .poll(() => changes().slice(earlier))
        .toEqual([{ is_paused: true }, { is_paused: false }]);
    });

    test("clear lists what it takes as the options change, and then clears just that", async () => {
      const page = await app().openPage(`${TASK}?dialog=clear`);
      await page.getByRole("button", { name: "Clear 2 tasks" }).waitFor();
      await page.getByRole("checkbox", { name: "Downstream" }).uncheck();
      await page.getByRole("button", { name: "Clear 1 task" }).click();
      await page.getByText("Cleared 1 task").waitFor();
      const cleared = app().bodiesOf(`POST /api/v2/dags/${DAG_ID}/clearTaskInstances`);
      expect(cleared.filter(isForReal)).toMatchObject([
        { task_ids: [DBT_TASK], include_downstream: false },
      ]);
    });

    test("a node is rerun from here with the selection that is shown", async () => {
      const page = await app().openPage(TASK);
      await page.getByRole("button", { name: "stg_flights", exact: true }).click();
      await page.getByRole("button", { name: "Rerun from here" }).click();
      const dialog = page.getByRole("dialog", { name: "Rerun from stg_flights" });
      await dialog.getByText("dbt build --select stg_flights+").waitFor();
      await dialog.getByRole("button", { name: /^Rerun 4 nodes/u }).click();
      await page.getByText(`Rerun of ${DBT_TASK} started`).waitFor();
      const bodies = app().server.writes.map(({ body }) => body);
      expect(bodies.filter(isForReal)).toContainEqual(
        expect.objectContaining({ select: "stg_flights+" }),
      );
    });

    test("the focus of a dialog starts on its first choice", async () => {
      const page = await app().openPage(`${TASK}?dialog=rerun`);
      await page.getByRole("button", { name: /^Rerun 4 nodes/u }).waitFor();
      await expect
        .poll(() => page.getByRole("checkbox", { name: "Downstream tasks" }).evaluate(isFocused))
        .toBe(true);
    });

    test("marking lists what it touches, and marks only when that is confirmed", async () => {
      const line = `PATCH /api/v2${TASK.replace("/runs/", "/dagRuns/").replace("/tasks/", "/taskInstances/")}`;
      const page = await app().openPage(TASK);
      await page.getByRole("button", { name: "Mark as" }).click();
      await page.getByRole("button", { name: "Skipped" }).click();
      const dialog = page.getByRole("dialog", { name: `Mark ${DBT_TASK} as skipped` });
      await dialog.getByText("1 task in 1 run will be marked skipped").waitFor();
      expect(app().bodiesOf(line)).toEqual([]);
      await dialog.getByRole("button", { name: "Mark as skipped" }).click();
      await dialog.waitFor({ state: "detached" });
      expect(app().bodiesOf(line)).toEqual([{ new_state: "skipped" }]);
    });

    test.each([
      ["run", RUN, "Note on the run"],
      ["task", TASK, `Note on ${DBT_TASK}`],
    ])("a note on a %s is written, changed and taken away", async (_, path, title) => {
      const page = await app().openPage(path);
      const dialog = page.getByRole("dialog", { name: title });
      const write = async (text: string): Promise<void> => {
        await dialog.getByRole("textbox", { name: "Note" }).fill(text);
        await dialog.getByRole("button", { name: "Save note" }).click();
      };
      await page.getByRole("button", { name: "Add note" }).click();
      await write("Carrier file was late,\nsee ticket 12");
      const note = page.getByRole("region", { name: "Note" });
      await note.getByText("see ticket 12").waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Edit note" }).click();
      await write(" ");
      await note.waitFor({ state: "detached" });
      const address = path.replace("/runs/", "/dagRuns/").replace("/tasks/", "/taskInstances/");
      expect(app().bodiesOf(`PATCH /api/v2${address}`).slice(-2)).toEqual([
        { note: "Carrier file was late,\nsee ticket 12" },
        { note: null },
      ]);
    });

    test.each([
      ["pool", "maintenance", "/pools?id=maintenance", "pools"],
      ["variable", "carriers", "/variables?id=carriers", "variables"],
      ["connection", "fuel_api", "/connections?id=fuel_api", "connections"],
    ])(
      "a %s is deleted only after its name has been confirmed",
      async (noun, name, path, resource) => {
        const line = `DELETE /api/v2/${resource}/${name}`;
        const page = await app().openPage(path);
        await page.getByRole("button", { name: "Delete" }).click();
        const dialog = page.getByRole("dialog", { name: `Delete ${noun} ${name}?` });
        await dialog.getByRole("button", { name: "Cancel" }).click();
        await dialog.waitFor({ state: "detached" });
        expect(app().bodiesOf(line)).toEqual([]);
        await page.getByRole("button", { name: "Delete" }).click();
        await dialog.getByRole("button", { name: `Delete ${noun}` }).click();
        await page.getByText(`Deleted ${noun} ${name}`).waitFor();
        expect(app().bodiesOf(line)).toHaveLength(1);
      },
    );

    test("the way back from a run that was just triggered does not ask to trigger again", async () => {
      const page = await app().openPage(`/dags/${DAG_ID}`);
      await page.getByRole("button", { name: "Trigger", exact: true }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Trigger" }).click();
      await page.waitForURL(/\/runs\//u);
      await page.goBack();
      await page.getByRole("heading", { name: DAG_ID, level: 1 }).waitFor();
      expect(page.url()).not.toContain("dialog=");
    });

    test("a run is triggered for a date and under a name; what is refused stands beside its field", async () => {
      const line = `POST /api/v2/dags/${DAG_ID}/dagRuns`;
      const page = await app().openPage(`/dags/${DAG_ID}?dialog=trigger`);
      const dialog = page.getByRole("dialog", { name: `Trigger ${DAG_ID}` });
      const date = dialog.getByRole("textbox", { name: "Logical date" });
      const runId = dialog.getByRole("textbox", { name: "Run ID" });
      const trigger = dialog.getByRole("button", { name: "Trigger" });
      await date.fill("yesterday");
      await expect.poll(() => describedBy(date)).toContain("Expected a date such as 2026-11-22");
      expect(await trigger.getAttribute("aria-disabled")).toBe("true");
      await date.fill("2026-11-21 06:00");
      await runId.fill("mine");
      await dialog.getByText(/--logical-date 2026-11-21T06:00:00.000Z --run-id mine/u).waitFor();
      const detail = `Cannot trigger Dag "${DAG_ID}": run id "mine" is taken`;
      await page.route(/\/dagRuns$/u, (route) =>
        route.fulfill({ status: 409, json: { code: "run.conflict", detail } }),
      );
      await trigger.click();
      await expect.poll(() => describedBy(runId)).toBe(detail);
      await page.unrouteAll();
      const taken = `Cannot trigger Dag "${DAG_ID}": it has a run for this date already`;
      await page.route(/\/dagRuns$/u, (route) =>
        route.fulfill({ status: 409, json: { code: "run.date_taken", detail: taken } }),
      );
      await trigger.click();
      await expect.poll(() => describedBy(date)).toBe(taken);
      await page.unrouteAll();
      expect(await findViolations(page)).toEqual([]);
      await trigger.click();
      await page.waitForURL(/\/runs\//u);
      expect(app().bodiesOf(line).at(-1)).toMatchObject({
        dag_run_id: "mine",
        logical_date: "2026-11-21T06:00:00.000Z",
      });
    });

    test("a pool says why it cannot be saved", async () => {
      const page = await app().openPage("/pools");
      await page.getByRole("button", { name: "New pool" }).click();
      const dialog = page.getByRole("dialog", { name: "New pool" });
      await dialog.getByLabel("Name").fill("etl");
      await dialog.getByRole("spinbutton", { name: "Slots" }).fill("-5");
      await dialog.getByText("Slots are a whole number from 0 on").waitFor();
    });

    test("a connection is tested from what stands in the form, and its secret is never sent back", async () => {
      const page = await app().openPage("/connections?id=dbt_cloud_default");
      await page.getByLabel("Tenant").fill("ab123.us1.dbt.com");
      await page.getByRole("button", { name: "Test" }).click();
      await page.getByText("type it again to test another").waitFor();
      await page.getByText("Token accepted").waitFor();
      const body = app().bodiesOf("POST /api/v2/connections/test").at(-1);
      expect(body).toMatchObject({ host: "ab123.us1.dbt.com" });
      expect(body).not.toHaveProperty("password");
    });

    test("a connection that is saved to go elsewhere says which secrets to give again (S7)", async () => {
      const page = await app().openPage("/connections?id=fuel_api");
      await page.route(/\/connections\/fuel_api/u, (route) =>
        route.fulfill({
          json: { connection_id: "fuel_api", cleared_secrets: ["extra.api_token"] },
        }),
      );
      await page.getByLabel("Description").fill("Elsewhere");
      await page.getByRole("button", { name: "Save changes" }).click();
      await page.getByText("give its secrets again (extra.api_token)").waitFor();
    });

    test("a connection of a type without its own form takes what any connection has", async () => {
      const page = await app().openPage("/connections?isNew=true");
      await page.getByLabel("Connection type").selectOption({ label: "Postgres" });
      await page.getByLabel("Connection ID").fill("ware house");
      await page.getByText("Connection ID: letters, digits").waitFor();
      await page.getByLabel("Connection ID").fill("warehouse");
      await page.getByLabel("Dags").fill("sales_*, tag:finance");
      await page.getByLabel("Host").fill("db.internal");
      await page.getByLabel("Port").fill("5432");
      await page.getByLabel("Extra").fill('{"sslmode": "require"}');
      await page.getByRole("button", { name: "Create" }).click();
      await page.getByText("Saved connection warehouse").waitFor();
      expect(app().bodiesOf("POST /api/v2/connections").at(-1)).toMatchObject({
        connection_id: "warehouse",
        dags: ["sales_*", "tag:finance"],
        conn_type: "postgres",
        host: "db.internal",
        port: 5432,
        extra: '{"sslmode": "require"}',
      });
    });

    test("a user is made, changed and signed out everywhere, by keyboard alone (U15)", async () => {
      const page = await app().openPage("/users");
      await page.getByRole("button", { name: "New user" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "New user" }).waitFor();
      await page.keyboard.type("dana");
      await page.keyboard.press("Tab");
      await page.keyboard.type("long enough");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Make user" }).focus();
      await page.keyboard.press("Enter");
      await page.getByText("Made user dana").waitFor();
      expect(app().bodiesOf("POST /api/v2/users").at(-1)).toEqual({
        username: "dana",
        password: "long enough",
        role: "editor",
      });

      await page.getByRole("button", { name: "carmen" }).focus();
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "User carmen" });
      await dialog.getByRole("checkbox", { name: "Active" }).focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("Enter");
      await page.getByText("Saved user carmen").waitFor();
      expect(app().bodiesOf("PATCH /api/v2/users/carmen").at(-1)).toEqual({ is_active: false });

      await page.getByRole("button", { name: "carmen" }).click();
      await dialog.getByRole("button", { name: "Sign out everywhere" }).click();
      const question = page.getByRole("dialog", { name: "Sign carmen out everywhere?" });
      await question.getByRole("button", { name: "Sign out everywhere" }).click();
      await page.getByText("Ended 2 sessions and tokens").waitFor();
    });

    test("a Dag grant is made, changed, and taken away once that is confirmed, by keyboard alone (per-Dag permissions)", async () => {
      const page = await app().openPage("/users?id=carmen");
      const user = page.getByRole("dialog", { name: "User carmen" });
      const grants = user.getByRole("list", { name: "Dag grants" });
      await grants.getByText("none: hidden").waitFor();
      expect(await findViolations(page)).toEqual([]);
      await user.getByRole("combobox", { name: "Role" }).selectOption("viewer");
      await user.getByRole("button", { name: "New grant" }).focus();
      await page.keyboard.press("Enter");
      const form = page.getByRole("dialog", { name: "New grant" });
      await form.getByText("What carmen may do with some Dags").waitFor();
      await page.keyboard.type(" ops_* ");
      await page.keyboard.press("Tab");
      await page.keyboard.press("ArrowDown");
      await form.getByRole("button", { name: "Save" }).press("Enter");
      await page.getByText("Saved grant ops_*").waitFor();
      // What was chosen before is still there to be saved.
      expect(await user.getByRole("combobox", { name: "Role" }).inputValue()).toBe("viewer");
      await grants.getByRole("button", { name: "sales_*" }).focus();
      await page.keyboard.press("Enter");
      const held = page.getByRole("dialog", { name: "Grant sales_*" });
      await held.getByText("Nothing is changed yet").waitFor();
      await held.getByRole("combobox", { name: "Role" }).selectOption("none");
      await held.getByRole("button", { name: "Save" }).press("Enter");
      await page.getByText("Saved grant sales_*").waitFor();
      expect(app().bodiesOf("POST /api/v2/users/carmen/grants")).toEqual([
        { dags: "ops_*", role: "editor" },
        { dags: "sales_*", role: "none" },
      ]);

      await grants.getByRole("button", { name: "tag:finance" }).press("Enter");
      await page.getByRole("button", { name: "Delete" }).press("Enter");
      const question = page.getByRole("dialog", { name: "Delete grant tag:finance?" });
      await question.getByText("or the role editor").waitFor();
      const line = "DELETE /api/v2/users/carmen/grants/tag%3Afinance";
      expect(app().bodiesOf(line)).toEqual([]);
      await question.getByRole("button", { name: "Delete grant" }).press("Enter");
      await page.getByText("Deleted grant tag:finance").waitFor();
      expect(app().bodiesOf(line)).toHaveLength(1);
    });

    test("a Dag grant that is refused says so beside its field, in the server's words (per-Dag permissions)", async () => {
      const page = await app().openPage("/users?id=carmen");
      await page.getByRole("button", { name: "New grant" }).click();
      const dialog = page.getByRole("dialog", { name: "New grant" });
      const dags = dialog.getByRole("textbox", { name: "Dags" });
      const save = dialog.getByRole("button", { name: "Save" });
      expect(await save.getAttribute("title")).toBe("A grant names Dags");
      await dags.fill("sales_*");
      await expect.poll(() => describedBy(dags)).toContain("has a grant for sales_* already");
      expect(await save.getAttribute("aria-disabled")).toBe("true");
      const msg = "Too big: expected string to have <=250 characters";
      await page.route(/\/grants$/u, (route) =>
        route.fulfill({
          status: 422,
          json: { detail: [{ loc: ["body", "dags"], msg, type: "too_big" }] },
        }),
      );
      await dags.fill("a".repeat(251));
      await save.click();
      await expect.poll(() => describedBy(dags)).toBe(msg);
      expect(await dialog.getByText(msg).count()).toBe(1);
      expect(await findViolations(page)).toEqual([]);
      await dags.fill("finance");
      await expect.poll(() => describedBy(dags)).toContain("a tag such as tag:finance");
    });

    test("a token of one's own is made and shown once (U15)", async () => {
      const page = await app().openPage("/account?isNew=true");
      await page.getByLabel("Name").fill("nightly");
      await page.getByRole("button", { name: "Create token" }).click();
      await page.getByText("airloom_shown-once").waitFor();
      expect(app().bodiesOf("POST /api/v2/me/tokens").at(-1)).toEqual({
        name: "nightly",
        expires_in_days: 90,
      });
      await page.getByRole("button", { name: "Done" }).click();
      await expect.poll(() => page.getByText("airloom_shown-once").count()).toBe(0);
    });
  });
}

function isForReal(body: unknown): boolean {
  return typeof body === "object" && body !== null && "dry_run" in body && body.dry_run === false;
}

function describedBy(field: Locator): Promise<string | null | undefined> {
  return field.evaluate((element) => {
    const id = element.getAttribute("aria-describedby") ?? "";
    return document.querySelector(`#${CSS.escape(id)}`)?.textContent;
  });
}

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
