import { expect, test } from "vitest";
import { parsePreferences } from "./preferences.ts";

test.each([
  [null, "system"],
  ["not json", "system"],
  ['{"theme":"pink"}', "system"],
  ["[]", "system"],
  ['{"theme":"dark","isSidebarCollapsed":true}', "dark"],
] as const)("preferences %s give the theme %s", (text, theme) => {
  expect(parsePreferences(text).theme).toBe(theme);
});
