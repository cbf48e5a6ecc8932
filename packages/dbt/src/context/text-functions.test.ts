import { afterEach, describe, expect, test } from "vitest";
import { useTemporaryProjects } from "../testing/temporary-project.ts";

const project = useTemporaryProjects(afterEach);

const SHOWN = [
  ["zip(range(3), 'abc')|list", "[(0, 'a'), (1, 'b'), (2, 'c')]"],
  ["zip({'k': 1}, {'v': 2}.items(), [3, 4])|list", "[('k', ('v', 2), 3)]"],
  ["zip()|list", "[]"],
  ["zip(5)", "None"],
  ["zip(5, default='none')", "none"],
  ["set({'k': 1}.keys())|list", "['k']"],
  ["set(range(3))|list|sort", "[0, 1, 2]"],
  ["set('aab')|list|sort", "['a', 'b']"],
  ["set(5)", "None"],
  ["set(5, 'none')", "none"],
  ["set_strict((1, 1))|list", "[1]"],
] as const;

describe("set() and zip() walk over whatever Python walks over", () => {
  test("and give their default for anything else, as in dbt", async () => {
    const shop = project({
      "models/a.sql": SHOWN.map(([call]) => `{{ ${call} }}`).join("\n"),
    });
    expect((await shop.run("compile")).exitCode).toBe(0);
    expect(shop.read("target/compiled/shop/models/a.sql").split("\n")).toEqual(
      SHOWN.map(([, shown]) => shown),
    );
  });

  test.each(["zip_strict(5)", "set_strict(5)"])(
    "%s is an error with file and line",
    async (call) => {
      const { exitCode, output } = await project({ "models/a.sql": `\n{{ ${call} }}` }).run(
        "parse",
      );
      expect(output).toContain("'int' object is not iterable");
      expect(output).toContain("models/a.sql:2");
      expect(exitCode).toBe(2);
    },
  );
});
