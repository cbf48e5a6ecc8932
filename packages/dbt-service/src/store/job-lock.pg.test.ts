import { openSqlDatabase } from "@airloom/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestService, type TestService } from "../fixtures/open-test-service.ts";
import { JobLock } from "./job-lock.ts";

const ACCOUNT = 16_173;

let service: TestService;
beforeAll(async () => {
  service = await openTestService();
});
afterAll(async () => {
  await service.close();
});

describe("starts of an account that wait for their turn", () => {
  test("leave connections to everybody else, however many they are", async () => {
    const { connectionOptions: connection } = service.postgres;
    // As many as the service has.
    const database = await openSqlDatabase({ connection, maxConnections: 4 });
    const lock = new JobLock(database, service.dataDir);
    const other = new JobLock(service.database, service.dataDir);
    const release = Promise.withResolvers<void>();
    const isHeld = Promise.withResolvers<void>();
    // Another process of the same database has the lock.
    const held = other.alone(ACCOUNT, async () => {
      isHeld.resolve();
      await release.promise;
    });
    await isHeld.promise;
    const order: number[] = [];
    const waiting = Array.from({ length: 8 }, (_, index) =>
      lock.alone(ACCOUNT, async () => order.push(index)),
    );
    const others = Array.from({ length: 3 }, () =>
      database.query<{ one: number }>("select 1 as one"),
    );
    expect((await Promise.all(others)).map(([row]) => row?.one)).toEqual([1, 1, 1]);
    expect(order).toEqual([]);
    release.resolve();
    await Promise.all([held, ...waiting]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await database.close();
  });

  test("wait for a start in another process of the same database", async () => {
    const [one, other] = [0, 1].map(() => new JobLock(service.database, service.dataDir));
    const release = Promise.withResolvers<void>();
    const steps: string[] = [];
    const held = one?.alone(ACCOUNT, async () => {
      steps.push("one begins");
      await release.promise;
      steps.push("one ends");
    });
    await expect.poll(() => steps).toEqual(["one begins"]);
    const waiting = other?.alone(ACCOUNT, async () => steps.push("other"));
    const isWaiting = "select pid from pg_locks where locktype = 'advisory' and not granted";
    await expect.poll(() => service.database.query(isWaiting), { timeout: 10_000 }).toHaveLength(1);
    release.resolve();
    await Promise.all([held, waiting]);
    expect(steps).toEqual(["one begins", "one ends", "other"]);
  });

  test("get their turn after one that failed", async () => {
    const lock = new JobLock(service.database, service.dataDir);
    const failed = lock.alone(ACCOUNT, async () => {
      throw new Error("broken");
    });
    const next = lock.alone(ACCOUNT, async () => "done");
    await expect(failed).rejects.toThrow("broken");
    expect(await next).toBe("done");
  });
});
