import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockProject } from "./lock-project.ts";
import { startFixture } from "./test-process.ts";

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airloom-lock-"));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe("lockProject()", () => {
  test("a second holder is refused until the first lets go", async () => {
    const first = await lockProject(dir);
    await expect(lockProject(dir)).rejects.toMatchObject({
      code: "database.locked",
      details: { pid: process.pid },
    });
    await first.close();
    await first.close();
    const second = await lockProject(dir);
    await second.close();
  });

  test("another process is refused with pid, start and what to do; kill -9 gives the lock back", async () => {
    const holder = await startFixture("lock-and-wait", [dir]);
    const refused = lockProject(dir);
    await expect(refused).rejects.toThrow(`process ${holder.pid} since 20`);
    await expect(refused).rejects.toThrow("airloom dev stop");
    await holder.kill();
    const lock = await lockProject(dir);
    await lock.close();
  });

  test("two projects do not know of each other", async () => {
    const [one, two] = [await lockProject(join(dir, "one")), await lockProject(join(dir, "two"))];
    await one.close();
    await two.close();
  });
});
