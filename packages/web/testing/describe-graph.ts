import type { UiGrid } from "@airloom/api";
import type { Page } from "playwright-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { type BuiltApp, findViolations, RUN } from "./built-app.ts";
import { startFixtureServer } from "./fixture-server.ts";
import { GRID } from "./flights-grid.ts";
import { openFlights } from "./flights-handlers.ts";
import { DAG_ID } from "./flights-runs.ts";

/** Hundreds of boxes take their time where other tests run beside. */
const PATIENCE = { timeout: 30_000 };

const SCREENS = [
  ["a laptop", 1_280, 800],
  ["a desk", 1_440, 900],
  ["a phone", 390, 844],
] as const;

/** A Dag of many tasks, one failed; grouped by tens where it is to have groups. */
function largeGrid(hasGroups: boolean): UiGrid {
  const cell = {
    state: "success",
    try_number: 1,
    start_date: null,
    end_date: null,
    counts: null,
  } as const;
  const groups = hasGroups ? Array.from({ length: 30 }, (_, index) => `group:g${index}`) : [];
  const tasks = Array.from({ length: 300 }, (_, index) => ({
    id: `task:t${index}`,
    group: hasGroups ? `group:g${Math.floor(index / 10)}` : null,
  }));
  const [row] = GRID.rows;
  if (row === undefined) throw new Error("The fixture has no rows");
  const cellsOf = (isBad: boolean) =>
    GRID.runs.map(() => ({ ...cell, state: isBad ? ("failed" as const) : cell.state }));
  const rowOf = (id: string, kind: "group" | "task", isBad: boolean) => ({
    ...row,
    row_id: id,
    kind,
    parent_id: null,
    label: id.slice(id.indexOf(":") + 1),
    cells: cellsOf(isBad),
  });
  const boxOf = (id: string, kind: "group" | "task", parent: string | null) => ({
    id,
    kind,
    label: id.slice(id.indexOf(":") + 1),
    parent_id: parent,
    operator: null,
    trigger_rule: "all_success",
    has_dbt_nodes: false,
  });
  return {
    ...GRID,
    dbt: [],
    rows: [
      ...groups.map((id) => rowOf(id, "group", id === "group:g12")),
      ...tasks.map(({ id }) => rowOf(id, "task", id === "task:t123")),
    ],
    graph: {
      nodes: [
        ...groups.map((id) => boxOf(id, "group", null)),
        ...tasks.map(({ id, group }) => boxOf(id, "task", group)),
      ],
      edges: tasks.slice(10).map(({ id }, index) => ({
        source: `task:t${index}`,
        target: id,
        label: null,
      })),
    },
  };
}

async function openLarge(app: BuiltApp, hasGroups: boolean): Promise<Page> {
  const grid = largeGrid(hasGroups);
  const server = await startFixtureServer({
    webDir: app.webDir,
    handlers: { ...openFlights(), getUiGrid: () => grid },
  });
  onTestFinished(() => server.close());
  const page = await app.openPage(`/dags/${DAG_ID}`, server.url);
  await page.locator(".react-flow__node").first().waitFor();
  return page;
}

/** Every box, the pane and the controls, as they stand on the screen. */
function measure(page: Page) {
  return page.locator(".graph").evaluate((graph) => {
    const rect = (element: Element) => {
      const { left, top, right, bottom } = element.getBoundingClientRect();
      return { left, top, right, bottom };
    };
    const controls = graph.querySelector(".react-flow__controls");
    return {
      pane: rect(graph),
      controls: controls === null ? undefined : rect(controls),
      boxes: [...graph.querySelectorAll(".react-flow__node")].map((box) => ({
        name: box.textContent,
        ...rect(box),
      })),
    };
  });
}

type Measured = Awaited<ReturnType<typeof measure>>;

/** The boxes that are cut off by the pane or lie under the controls. */
function hiddenIn({ pane, controls, boxes }: Measured): readonly (string | null)[] {
  return boxes
    .filter(({ left, top, right, bottom }) => {
      const isCut =
        left < pane.left || top < pane.top || right > pane.right || bottom > pane.bottom;
      const isCovered =
        controls !== undefined &&
        left < controls.right &&
        right > controls.left &&
        top < controls.bottom &&
        bottom > controls.top;
      return isCut || isCovered;
    })
    .map(({ name }) => name);
}

function gapsOf({ pane, boxes }: Measured) {
  return {
    left: Math.min(...boxes.map(({ left }) => left)) - pane.left,
    right: pane.right - Math.max(...boxes.map(({ right }) => right)),
  };
}

/** What the graph shows before anybody touches it. */
export function describeGraph(app: () => BuiltApp): void {
  describe("the graph (U7)", () => {
    test.each(SCREENS)(
      "of a small Dag opens whole on %s, in the middle, under nothing (U7)",
      async (_name, width, height) => {
        for (const path of [`/dags/${DAG_ID}`, `${RUN}?view=graph`]) {
          const { page } = await app().openTab();
          onTestFinished(() => page.close());
          await page.setViewportSize({ width, height });
          await page.goto(app().server.url + path);
          await page.locator(".react-flow__node").first().waitFor();
          await expect.poll(async () => hiddenIn(await measure(page)), PATIENCE).toEqual([]);
          const measured = await measure(page);
          expect(measured.boxes.length).toBeGreaterThan(8);
          const { left, right } = gapsOf(measured);
          expect(Math.abs(left - right)).toBeLessThan(3);
        }
      },
    );

    test("of a large Dag opens with closed groups, and a group opens where it stands (U7)", async () => {
      const page = await openLarge(app(), true);
      await expect.poll(() => page.locator(".react-flow__node").count(), PATIENCE).toBe(30);
      await page.getByRole("button", { name: /g12 10 inside, failed/u }).waitFor();
      expect(await findViolations(page)).toEqual([]);
      await page.getByRole("button", { name: "Open g12" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: /t123/u }).first().waitFor();
      await expect.poll(() => page.locator(".react-flow__node").count(), PATIENCE).toBe(40);
      await page.getByRole("button", { name: "Close g12" }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Open g12" }).waitFor();
      await expect.poll(() => page.locator(".react-flow__node").count(), PATIENCE).toBe(30);
    });

    test("of 300 tasks shows after Fit all of them, each with its state (U7)", async () => {
      const page = await openLarge(app(), false);
      await page.getByRole("button", { name: "Fit View" }).click();
      await expect.poll(async () => hiddenIn(await measure(page)), PATIENCE).toEqual([]);
      expect((await measure(page)).boxes).toHaveLength(300);
      await expect.poll(() => page.locator(".graph").getAttribute("data-far")).toBe("true");
      const colours = await page
        .locator(".box-fill")
        .evaluateAll((fills) =>
          fills.map((fill) =>
            getComputedStyle(fill).display === "none"
              ? "none"
              : getComputedStyle(fill).backgroundColor,
          ),
        );
      const counts = Map.groupBy(colours, (colour) => colour);
      expect([...counts.values()].map((same) => same.length).toSorted((a, b) => a - b)).toEqual([
        1, 299,
      ]);
      expect(counts.has("none")).toBe(false);
    });
  });
}
