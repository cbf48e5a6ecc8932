import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { describeFailure } from "./failure.ts";

const here = dirname(fileURLToPath(import.meta.url));

describe("describeFailure()", () => {
  test("names the author's line from the folder of the project", () => {
    const { place } = describeFailure(new Error("boom"), "error", here);
    expect(place).toMatch(/^failure\.test\.ts:\d+:\d+$/u);
  });

  test("names no line of code that is not the author's", () => {
    expect(describeFailure(new Error("boom"), "error", "/elsewhere").place).toBeNull();
    const error = new Error("boom");
    error.stack = `Error: boom\n    at query (${here}/node_modules/driver/index.js:1:2)`;
    expect(describeFailure(error, "error", here).place).toBeNull();
  });

  test("takes the innermost line outside of the SDK where there is no project", () => {
    const error = new Error("boom");
    error.stack = `Error: boom\n    at run (${here}/attempt.ts:1:2)\n    at work (/dags/orders.ts:5:7)`;
    expect(describeFailure(error, "error", undefined).place).toBe("/dags/orders.ts:5:7");
  });
});
