import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { initProject, TEMPLATES } from "./init-project.ts";
import { loadProject } from "./project.ts";

function emptyDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "airloom-init-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe("initProject()", () => {
  test.each(TEMPLATES)("%s becomes a project that loads", (template) => {
    const dir = join(emptyDir(), "my_pipeline");
    initProject(dir, { template, force: false });
    expect(loadProject(dir, {}).config.name).toBe("my_pipeline");
    expect(readFileSync(join(dir, ".gitignore"), "utf8")).toContain(".airloom/");
    expect(readFileSync(join(dir, "package.json"), "utf8")).toContain('"my_pipeline"');
  });

  test("refuses a folder with things in it, and says what to do", () => {
    const dir = emptyDir();
    writeFileSync(join(dir, "mine.txt"), "");
    expect(() => initProject(dir, { template: "minimal", force: false })).toThrow(
      /not empty.*--force/u,
    );
  });

  test("keeps what is there when forced", () => {
    const dir = emptyDir();
    writeFileSync(join(dir, "README.md"), "mine");
    const { kept } = initProject(dir, { template: "minimal", force: true });
    expect(kept).toEqual([join(dir, "README.md")]);
    expect(readFileSync(join(dir, "README.md"), "utf8")).toBe("mine");
    expect(existsSync(join(dir, "dags/hello_airloom.ts"))).toBe(true);
  });
});
