import { expect, test } from "vitest";
import { isSameOrigin } from "./same-origin.ts";

test.each([
  [{ host: "a:1", origin: undefined, fetchSite: "same-origin" }, true],
  [{ host: "a:1", origin: "http://a:1", fetchSite: undefined }, true],
  [{ host: "a:1", origin: "http://a:2", fetchSite: undefined }, false],
  [{ host: "a:1", origin: "http://a:1", fetchSite: "cross-site" }, false],
  [{ host: "a:1", origin: undefined, fetchSite: "none" }, false],
  [{ host: "a:1", origin: undefined, fetchSite: undefined }, false],
  [{ host: "a:1", origin: "null", fetchSite: undefined }, false],
  [{ host: "a:1", origin: "http://a:1.evil.example", fetchSite: undefined }, false],
])("isSameOrigin(%j) is %s", (request, expected) => {
  expect(isSameOrigin(request)).toBe(expected);
});
