import { expect, test } from "vitest";
import { crumbsOf } from "./crumbs.ts";

test("a task's address gives the way to it, each part a link", () => {
  expect(crumbsOf("/dags/flights/runs/manual__2026%2B00:00/tasks/load")).toEqual([
    { to: "/dags", label: "Dags" },
    { to: "/dags/flights", label: "flights" },
    { to: "/dags/flights/runs/manual__2026%2B00%3A00", label: "manual__2026+00:00" },
    { to: "/dags/flights/runs/manual__2026%2B00%3A00/tasks/load", label: "load" },
  ]);
});

test("a dbt run hangs below the list of runs", () => {
  expect(crumbsOf("/accounts/1/projects/2/runs/70412")).toEqual([
    { to: "/accounts/1/runs", label: "Job runs" },
    { to: "/accounts/1/projects/2/runs/70412", label: "Run 70412" },
  ]);
  expect(crumbsOf("/accounts/1/service-tokens")).toEqual([
    { to: "/accounts/1/service-tokens", label: "Service tokens" },
  ]);
  expect(crumbsOf("/")).toEqual([{ to: "/", label: "Home" }]);
});
