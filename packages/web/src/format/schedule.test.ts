import { expect, test } from "vitest";
import { renderCron } from "./schedule.ts";

test.each([
  ["0 * * * *", "Hourly"],
  ["20 * * * *", "Hourly at :20"],
  ["*/15 * * * *", "Every 15 min"],
  ["* * * * *", "Every minute"],
  ["30 5 * * *", "Daily 05:30"],
  ["0 3 * * 0", "Weekly Sun 03:00"],
  ["0 3 * * 7", "Weekly Sun 03:00"],
  ["0 0 1 * *", "Monthly 00:00"],
  ["0 8-18 * * 1-5", "0 8-18 * * 1-5"],
  ["0 3 1 1 *", "0 3 1 1 *"],
  ["@once", "@once"],
])("%s reads %s", (cron, words) => {
  expect(renderCron(cron)).toBe(words);
});
