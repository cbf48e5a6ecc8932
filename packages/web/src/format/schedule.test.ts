import { expect, test } from "vitest";
import { renderCron, renderSchedule } from "./schedule.ts";

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
  ["20 */3 * * *", "Every 3 h at :20"],
  ["0 */6 * * *", "Every 6 h"],
  ["0 6,18 * * *", "Daily 06:00, 18:00"],
  ["30 7 * * 1-5", "Mon to Fri 07:30"],
  ["*/5 */2 * * *", "*/5 */2 * * *"],
])("%s reads %s", (cron, words) => {
  expect(renderCron(cron)).toBe(words);
});

test.each([
  [null, "Manual", "Manual"],
  ["@daily", "Daily", "Daily"],
  ["30 min", "Every 30 min", "Every 30 min"],
  ["20 */3 * * *", "Cron 20 */3 * * *", "Every 3 h at :20"],
  ["0 3 1 1 *", "Cron 0 3 1 1 *", "0 3 1 1 *"],
])("the schedule %s, told as %j, reads %j", (summary, description, words) => {
  expect(renderSchedule(summary, description)).toBe(words);
});
