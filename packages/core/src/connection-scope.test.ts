import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkInScope,
  isInScope,
  parseConnectionScope,
  parseScopeText,
} from "./connection-scope.ts";
import { namesDag } from "./dag-access.ts";

const SALES = { dagId: "sales_daily", tags: ["finance"] };
const HR = { dagId: "hr_daily", tags: ["people"] };

describe("the scope of a connection (S3)", () => {
  test.each([
    [null, true, true],
    [["sales_daily"], true, false],
    [["sales_*"], true, false],
    [["*_daily"], true, true],
    [["tag:finance"], true, false],
    [["tag:people", "sales_daily"], true, true],
    [["sales"], false, false],
    [["SALES_DAILY"], false, false],
    [[], false, false],
  ])("%j lets sales in: %s, and hr: %s", (scope, sales, hr) => {
    expect([isInScope(scope, SALES), isInScope(scope, HR)]).toEqual([sales, hr]);
  });

  test("lets in exactly the Dags that some name of it fits, in whatever order they stand", () => {
    const name = fc.constantFrom("sales_*", "hr_daily", "*_daily", "tag:finance", "other");
    fc.assert(
      fc.property(fc.array(name), fc.constantFrom(SALES, HR), (scope, dag) => {
        const expected = scope.filter((one) => namesDag(one, dag)).length > 0;
        expect(isInScope(scope, dag)).toBe(expected);
        expect(isInScope(scope.toReversed(), dag)).toBe(expected);
      }),
    );
  });

  test("refuses another Dag by its name, says who may change it, and tells none of the names", () => {
    const scoped = { connectionId: "wh", dags: ["sales_secret"] };
    expect(() => checkInScope(scoped, HR)).toThrow(
      /connection "wh" in Dag "hr_daily".*An admin can/u,
    );
    expect(() => checkInScope(scoped, HR)).not.toThrow(/sales_secret/u);
    expect(() => checkInScope({ ...scoped, dags: null }, HR)).not.toThrow();
  });

  test.each([
    ["sales_*, tag:Finance & Co ,sales_*", ["sales_*", "tag:Finance & Co"]],
    ["ventas_año", ["ventas_año"]],
    ["*", null],
    ["a,*", null],
  ])("%j is read as %j", (text, scope) => {
    expect(parseScopeText("wh", text)).toEqual(scope);
  });

  test.each([
    [""],
    ["a,"],
    ["tag:"],
    ["sales daily"],
    ["a;b"],
    ["x".repeat(251)],
    ["tag:a\0"],
    ["tag:a\nb"],
    ["tag:\ud800"],
  ])("%j is refused: it would fit no Dag, or more than was meant", (text) => {
    expect(() => parseScopeText("wh", text)).toThrow(/Dags of connection "wh"/u);
  });

  test("no name at all is refused, and so are more than a hundred", () => {
    expect(() => parseConnectionScope("wh", [])).toThrow(/1 to 100 names/u);
    const many = Array.from({ length: 101 }, (_, at) => `d${at}`);
    expect(() => parseConnectionScope("wh", many)).toThrow(/there are 101/u);
    expect(parseConnectionScope("wh", null)).toBeNull();
  });
});
