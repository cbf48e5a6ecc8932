import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { SqlDatabase } from "../sql-database.ts";
import { ArtifactStore } from "./artifact-store.ts";

const unreached = (): Promise<never> => Promise.reject(new Error("a row was written"));
const NO_DATABASE: SqlDatabase = { query: unreached, transaction: unreached, migrate: unreached };

test.each([
  ["link", (path: string, secret: string) => symlink(secret, path)],
  ["pipe", (path: string) => execFileSync("/bin/sh", ["-c", 'mkfifo "$0"', path])],
])(
  "a %s that took a listed file's place is not kept, and nothing of it is left (S9)",
  async (_kind, put) => {
    const home = await mkdtemp(join(tmpdir(), "artifact-store-"));
    onTestFinished(() => rm(home, { recursive: true }));
    const [secret, source, folder] = [
      join(home, "key"),
      join(home, "manifest.json"),
      join(home, "kept"),
    ];
    await writeFile(secret, "hush");
    await put(source, secret);
    const store = new ArtifactStore(NO_DATABASE, folder);
    await expect(store.saveAll(1, 1, [{ path: "manifest.json", source }])).rejects.toThrow(
      /ELOOP|it is no file/u,
    );
    expect(await readdir(folder)).toEqual([]);
  },
);
