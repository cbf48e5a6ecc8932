import { relative } from "node:path";
import { expect, test } from "vitest";
import { fileOf } from "./option-parsers.ts";

test("a file is read from where it was named, also by a process of another folder", () => {
  expect(fileOf(relative(process.cwd(), import.meta.filename))).toBe(import.meta.filename);
});
