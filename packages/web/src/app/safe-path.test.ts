import { expect, test } from "vitest";
import { safePath } from "./safe-path.ts";

const HERE = "http://127.0.0.1:8080";

test.each(["/", "/dags/flights?tab=code#L3", "/dags/a%2Fb", "/.//evil.example"])(
  "safePath() keeps %j, which stays on this site",
  (next) => {
    expect(safePath(next, HERE)).toBe(next);
    expect(new URL(next, HERE).origin).toBe(HERE);
  },
);

test.each([
  undefined,
  "",
  "//evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/\r\n\\evil.example",
  "\t//evil.example",
  " //evil.example",
  "https:evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "http://127.0.0.1:8081/",
  "http://[",
  "//[",
])("safePath() takes nobody to %j", (next) => {
  expect(safePath(next, HERE)).toBe("/");
});
