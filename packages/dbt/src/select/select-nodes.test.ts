import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGraph, reach } from "../graph/dependency-graph.ts";
import { parseCriterion, parseSelector } from "./parse-criterion.ts";
import {
  findUnmatched,
  type IndirectSelection,
  type SelectionQuery,
  selectNodes,
} from "./select-nodes.ts";
import type { Selectable } from "./selectable.ts";

function item(id: string, over: Partial<Selectable> = {}): Selectable {
  const [type = "model", packageName = "shop", name = ""] = id.split(".");
  return {
    id,
    name,
    resourceType:
      type === "source" || type === "test" || type === "seed" || type === "exposure"
        ? type
        : "model",
    packageName,
    fqn: [packageName, "marts", name],
    path: `models/marts/${name}.sql`,
    tags: [],
    config: { materialized: "view" },
    sourceName: undefined,
    testName: undefined,
    group: null,
    access: "protected",
    version: undefined,
    latestVersion: undefined,
    dependsOn: [],
    ...over,
  };
}

const ITEMS = [
  item("source.shop.orders", { sourceName: "raw", fqn: ["shop", "staging", "raw", "orders"] }),
  item("model.shop.stg_orders", {
    dependsOn: ["source.shop.orders"],
    fqn: ["shop", "staging", "stg_orders"],
    path: "models/staging/stg_orders.sql",
    tags: ["hourly"],
  }),
  item("model.shop.stg_people", {
    fqn: ["shop", "staging", "stg_people"],
    path: "models/staging/stg_people.sql",
  }),
  item("model.shop.orders", {
    dependsOn: ["model.shop.stg_orders", "model.shop.stg_people"],
    tags: ["daily", "hourly"],
    config: { materialized: "table", meta: { owner: "ann" } },
  }),
  item("model.shop.report", { dependsOn: ["model.shop.orders"] }),
  item("test.shop.unique_orders", { dependsOn: ["model.shop.orders"], testName: "unique" }),
  item("test.shop.match", {
    dependsOn: ["model.shop.orders", "model.shop.stg_orders"],
    testName: "relationships",
  }),
  item("test.shop.sums", { dependsOn: ["model.shop.report", "model.shop.stg_people"] }),
  item("exposure.shop.board", { dependsOn: ["model.shop.report"] }),
  item("model.util.dates"),
];

function queryOf(
  items: readonly Selectable[],
  select: string,
  exclude = "",
  indirect: IndirectSelection = "eager",
): SelectionQuery {
  return {
    items: new Map(items.map((each) => [each.id, each])),
    graph: createGraph(new Map(items.map((each) => [each.id, each.dependsOn]))),
    rootPackage: "shop",
    select: parseSelector([select]),
    exclude: parseSelector([exclude]),
    indirect,
    named: () => new Set(),
  };
}

function names(select: string, exclude = "", indirect: IndirectSelection = "empty"): string {
  return [...selectNodes(queryOf(ITEMS, select, exclude, indirect))]
    .map((id) => id.replace("shop.", ""))
    .toSorted()
    .join(" ");
}

describe("selectNodes()", () => {
  test.each([
    ["orders", "model.orders"],
    ["model.shop.orders", ""],
    ["shop.marts.orders", "model.orders"],
    [
      "marts.*",
      "exposure.board model.orders model.report model.util.dates test.match test.sums test.unique_orders",
    ],
    ["stg_*", "model.stg_orders model.stg_people"],
    ["staging.stg_*", "model.stg_orders model.stg_people"],
    ["util", "model.util.dates"],
    [
      "package:this,resource_type:model",
      "model.orders model.report model.stg_orders model.stg_people",
    ],
    ["tag:daily", "model.orders"],
    ["tag:hourly,tag:daily", "model.orders"],
    ["tag:h* report", "model.orders model.report model.stg_orders"],
    ["+shop.marts.orders", "model.orders model.stg_orders model.stg_people source.orders"],
    ["1+report", "model.orders model.report"],
    [
      "tag:daily+",
      "exposure.board model.orders model.report test.match test.sums test.unique_orders",
    ],
    ["stg_people+1", "model.orders model.stg_people test.sums"],
    [
      "@stg_people",
      "exposure.board model.orders model.report model.stg_orders model.stg_people source.orders test.match test.sums test.unique_orders",
    ],
    ["path:models/staging", "model.stg_orders model.stg_people"],
    ["models/staging/stg_orders.sql", "model.stg_orders"],
    ["file:stg_orders.sql", "model.stg_orders"],
    ["stg_people.sql", "model.stg_people"],
    ["source:raw", "source.orders"],
    ["source:raw.orders+1", "model.stg_orders source.orders"],
    ["source:shop.raw.orders", "source.orders"],
    ["exposure:board", "exposure.board"],
    ["+exposure:board,resource_type:source", "source.orders"],
    ["config.materialized:table", "model.orders"],
    ["config.meta.owner:ann", "model.orders"],
    ["test_type:generic", "test.match test.unique_orders"],
    ["test_type:singular", "test.sums"],
    ["test_name:unique", "test.unique_orders"],
  ])("%s", (select, expected) => {
    expect(names(select)).toBe(expected);
  });

  test("excludes after it has selected", () => {
    expect(names("tag:hourly", "tag:daily")).toBe("model.stg_orders");
    expect(names("", "resource_type:test source:raw exposure:board")).toBe(
      "model.orders model.report model.stg_orders model.stg_people model.util.dates",
    );
  });

  test.each([
    ["eager", "model.orders test.match test.unique_orders"],
    ["cautious", "model.orders test.unique_orders"],
    ["buildable", "model.orders test.match test.unique_orders"],
    ["empty", "model.orders"],
  ] as const)("%s brings the tests that belong along", (indirect, expected) => {
    expect(names("tag:daily", "", indirect)).toBe(expected);
  });

  test("cautious brings a test once everything it needs is selected, by whatever condition", () => {
    expect(names("tag:daily stg_orders", "", "cautious")).toContain("test.match");
  });

  test("names the conditions that nothing meets", () => {
    const found = findUnmatched(queryOf(ITEMS, "tag:daily tag:weekly nothing"));
    expect(found.map((criterion) => criterion.value)).toEqual(["weekly", "nothing"]);
  });

  test("refuses an unknown method and says which it may mean", () => {
    expect(() => names("tags:daily")).toThrow(
      /'tags' is not a valid method name, did you mean "tag"/u,
    );
    expect(() => names("constructor:daily")).toThrow("'constructor' is not a valid method name");
  });
});

describe("parseCriterion()", () => {
  test.each([
    ["orders", { method: "fqn", value: "orders", parentSteps: 0, childSteps: 0 }],
    ["+orders+", { parentSteps: Infinity, childSteps: Infinity }],
    ["2+tag:daily+3", { method: "tag", value: "daily", parentSteps: 2, childSteps: 3 }],
    ["@orders", { isClosed: true }],
    [
      "config.meta.owner:ann",
      { method: "config", methodArguments: ["meta", "owner"], value: "ann" },
    ],
    ["models/staging", { method: "path" }],
    ["schema.yml", { method: "file" }],
  ])("%s", (text, expected) => {
    expect(parseCriterion(text)).toMatchObject(expected);
  });

  test.each(["", "+", "tag:", "@orders+"])("refuses %j", (text) => {
    expect(() => parseCriterion(text)).toThrow(/Cannot read selector/u);
  });
});

const anyItems = fc
  .array(
    fc.record({
      parents: fc.array(fc.nat(), { maxLength: 3 }),
      tag: fc.constantFrom("a", "b", "c"),
      isTest: fc.boolean(),
    }),
    { minLength: 1, maxLength: 14 },
  )
  .map((specs) =>
    specs.map(({ parents, tag, isTest }, index) => {
      const type = isTest && index > 0 ? "test" : "model";
      const models = specs.flatMap((spec, other) =>
        other < index && !(spec.isTest && other > 0) ? [other] : [],
      );
      const needs = parents.flatMap((parent) => models[parent % Math.max(1, models.length)] ?? []);
      const dependsOn = [...new Set(needs)].map((other) => `model.shop.n${other}`);
      return item(`${type}.shop.n${index}`, {
        tags: [tag],
        dependsOn,
        testName: isTest ? "t" : undefined,
      });
    }),
  );
const anySelector = fc.constantFrom(
  "tag:a",
  "tag:b+",
  "+tag:c",
  "1+tag:a",
  "@tag:b",
  "n1 tag:a",
  "tag:a,n*",
  "tag:a+,+tag:b",
);
const anyIndirect = fc.constantFrom("eager", "cautious", "buildable", "empty");
const RUNS = { numRuns: 1_000 };

describe("selection, for any graph", () => {
  test("a union is what its parts select", () => {
    fc.assert(
      fc.property(anyItems, anySelector, anySelector, (items, left, right) => {
        const both = selectNodes(queryOf(items, `${left} ${right}`, "", "empty"));
        const one = selectNodes(queryOf(items, left, "", "empty"));
        const other = selectNodes(queryOf(items, right, "", "empty"));
        expect([...both].toSorted()).toEqual([...one.union(other)].toSorted());
      }),
      RUNS,
    );
  });

  test("an intersection is inside both of its parts", () => {
    fc.assert(
      fc.property(anyItems, anyIndirect, (items, indirect) => {
        const both = selectNodes(queryOf(items, "tag:a+,+tag:b", "", indirect));
        const union = selectNodes(queryOf(items, "tag:a+ +tag:b", "", indirect));
        expect(both.isSubsetOf(union)).toBe(true);
      }),
      RUNS,
    );
  });

  test("nothing that is excluded is left, and excluding everything leaves nothing", () => {
    fc.assert(
      fc.property(
        anyItems,
        anySelector,
        anySelector,
        anyIndirect,
        (items, select, exclude, indirect) => {
          const chosen = selectNodes(queryOf(items, select, exclude, indirect));
          const unwanted = selectNodes(queryOf(items, exclude, "", "empty"));
          expect(chosen.isDisjointFrom(unwanted)).toBe(true);
          expect(selectNodes(queryOf(items, select, "*", indirect)).size).toBe(0);
        },
      ),
      RUNS,
    );
  });

  test("a plus at the end brings every descendant, in front every ancestor", () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const query = queryOf(items, "tag:a", "", "empty");
        const base = selectNodes(query);
        const children = reach(query.graph.children, base);
        const parents = reach(query.graph.parents, base);
        expect(selectNodes(queryOf(items, "tag:a+", "", "empty"))).toEqual(base.union(children));
        expect(selectNodes(queryOf(items, "+tag:a", "", "empty"))).toEqual(base.union(parents));
      }),
      RUNS,
    );
  });

  test("the kinds of indirect selection only differ in tests, and each brings at least as many as the next", () => {
    fc.assert(
      fc.property(anyItems, anySelector, (items, select) => {
        const [eager, buildable, cautious, empty] = (
          ["eager", "buildable", "cautious", "empty"] as const
        ).map((indirect) => selectNodes(queryOf(items, select, "", indirect)));
        if (
          eager === undefined ||
          buildable === undefined ||
          cautious === undefined ||
          empty === undefined
        )
          return;
        expect(empty.isSubsetOf(cautious)).toBe(true);
        expect(cautious.isSubsetOf(buildable)).toBe(true);
        expect(buildable.isSubsetOf(eager)).toBe(true);
        const extra = [...eager.difference(empty)];
        expect(extra.every((id) => id.startsWith("test."))).toBe(true);
      }),
      RUNS,
    );
  });

  test("the order of alternatives does not matter", () => {
    fc.assert(
      fc.property(
        anyItems,
        anySelector,
        anySelector,
        anyIndirect,
        (items, left, right, indirect) => {
          const one = selectNodes(queryOf(items, `${left} ${right}`, "", indirect));
          const other = selectNodes(queryOf(items, `${right} ${left}`, "", indirect));
          expect([...one].toSorted()).toEqual([...other].toSorted());
        },
      ),
      RUNS,
    );
  });
});
