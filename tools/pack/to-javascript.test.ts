import { describe, expect, test } from "vitest";
import { findRelativeNames, renameImports, toJavaScript } from "./to-javascript.ts";

describe("toJavaScript()", () => {
  test("leaves every line and column where it was", () => {
    const source = `import { a } from "./a.ts";\nconst b: number = a satisfies number; throw new Error(\`\${b}\`);\n`;
    const code = toJavaScript(source);
    expect(code.split("\n").map((line) => line.length)).toEqual(
      source.split("\n").map((line) => line.length),
    );
    expect(code.indexOf("throw")).toBe(source.indexOf("throw"));
    expect(code).toContain('from "./a.js"');
    expect(code).not.toContain("number");
  });

  test("imports nothing for types alone", () => {
    expect(
      toJavaScript('import type { A } from "./a.ts";\nexport type { B } from "./b.ts";').trim(),
    ).toBe("");
  });
});

describe("renameImports()", () => {
  test.each([
    ['await import("../a/b-c.ts")', 'await import("../a/b-c.js")'],
    ['new URL("./main.ts", import.meta.url)', 'new URL("./main.js", import.meta.url)'],
    ['files.endsWith(".ts")', 'files.endsWith(".ts")'],
    ['"dags/orders.ts"', '"dags/orders.ts"'],
  ])("%s becomes %s", (text, renamed) => {
    expect(renameImports(text)).toBe(renamed);
  });
});

describe("findRelativeNames()", () => {
  test.each([
    ['from "./a.js"', "./a"],
    ['programUrl("../runner/main", import.meta.url)', "../runner/main"],
    ["new URL(`./guard${extname(url)}`, url)", "./guard"],
  ])("%s names %s", (text, name) => {
    expect(findRelativeNames(text)).toEqual([name]);
  });
});
