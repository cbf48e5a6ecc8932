import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDatabase } from "./duckdb.ts";
import { readRetries, renderAttach, renderLoad } from "./profile-keys.ts";

test.each([
  [{ path: "a.duckdb" }, "attach if not exists 'a.duckdb'"],
  [{ path: "a'b", alias: "x" }, `attach if not exists 'a''b' as "x"`],
  [
    { path: "a", type: "sqlite", read_only: true },
    "attach if not exists 'a' (TYPE sqlite, READ_ONLY)",
  ],
  [{ path: "a", secret: "s" }, "attach if not exists 'a' (SECRET s)"],
  [
    {
      path: "a",
      options: { type: "ducklake", data_path: "it's", snapshot: 3, encrypted: true, no: false },
    },
    "attach if not exists 'a' (TYPE ducklake, DATA_PATH 'it''s', SNAPSHOT 3, ENCRYPTED)",
  ],
  [{ path: "a", options: { data_path: "'q'" } }, "attach if not exists 'a' (DATA_PATH 'q')"],
] as const)("attach %j is %s", (item, statement) => {
  expect(renderAttach(item)).toBe(statement);
});

test("what attach says twice is refused", () => {
  expect(() => renderAttach({ path: "a", type: "sqlite", options: { type: "postgres" } })).toThrow(
    `"type" is given beside "options" and in it`,
  );
});

test("an extension comes from the repository that the profile names", () => {
  expect(renderLoad("json")).toBe("install json; load json");
  expect(renderLoad({ name: "h3", repo: "community" })).toBe("install h3 from community; load h3");
});

test("retries name Python's exceptions and know DuckDB's messages", () => {
  const named = ["IOException", "HTTPException", "InvalidInputException", "TransactionException"];
  const { isRetryable } = readRetries({ retries: { retryable_exceptions: named } });
  for (const title of ["IO", "HTTP", "Invalid Input", "TransactionContext"]) {
    expect(isRetryable(`${title} Error: x`)).toBe(true);
  }
  expect(isRetryable("Catalog Error: IO Error: x")).toBe(false);
  expect(readRetries({})).toMatchObject({ connectAttempts: 1, queryAttempts: 1 });
});

test("a database that cannot be opened yet is tried again as often as the profile says", async () => {
  const root = mkdtempSync(join(tmpdir(), "dbt-retries-"));
  try {
    const waits: number[] = [];
    const open = (attempts: number, readyAfter: number): Promise<string> =>
      openDatabase(
        join(root, `later-${readyAfter}`, "w.duckdb"),
        { retries: { connect_attempts: attempts, query_attempts: 2 } },
        undefined,
        async (ms) => {
          waits.push(ms);
          if (waits.length === readyAfter) mkdirSync(join(root, `later-${readyAfter}`));
        },
      ).then(
        (database) => {
          database.close();
          return "open";
        },
        (error: Error) => error.message,
      );
    expect(await open(3, 2)).toBe("open");
    expect(waits.splice(0)).toEqual([1_000, 2_000]);
    expect(await open(2, 9)).toMatch(/^Cannot open the database .*IO Error/su);
    expect(waits.splice(0)).toEqual([1_000]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
