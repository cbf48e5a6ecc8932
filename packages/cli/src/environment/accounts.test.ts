import { describe, expect, test } from "vitest";
import { resolveAccounts } from "./accounts.ts";

const NOBODY = 65_534;
const PASSWD = `root:x:0:0:root:/root:/bin/sh
alice:x:1000:1001::/home/alice:/bin/sh
etl:x:900:901::/:/bin/false
nobody:x:65534:65534::/nonexistent:/bin/false
`;

describe("resolveAccounts() (S5)", () => {
  test("takes two users of Airloom's own that share a group, where nothing is configured", () => {
    const { tasks, dbt } = resolveAccounts({ taskUser: null, dbtUser: null }, NOBODY, PASSWD);
    expect(tasks.uid).not.toBe(dbt.uid);
    expect(tasks.gid).toBe(dbt.gid);
    for (const { uid } of [tasks, dbt]) expect(PASSWD).not.toContain(`:${uid}:`);
  });

  test("takes users by name and by number; the group is the tasks' own", () => {
    expect(resolveAccounts({ taskUser: "etl", dbtUser: "4711" }, NOBODY, PASSWD)).toEqual({
      tasks: { uid: 900, gid: 901 },
      dbt: { uid: 4711, gid: 901 },
    });
  });

  test.each([
    ["root", null, /"root" \("taskUser"\): it is root; name another/u],
    ["0", null, /"0" \("taskUser"\): it is root/u],
    [null, "nobody", /"nobody" \("dbtUser"\): it is the user that owns the database's files/u],
    ["ghost", null, /"ghost" \("taskUser"\): this machine has no such user/u],
    ["99999999999", null, /this machine has no such user/u],
    ["alice", "1000", /as one user \("alice"\): a task could read/u],
  ])("tasks as %s and dbt as %s are refused with the reason", (taskUser, dbtUser, message) => {
    expect(() => resolveAccounts({ taskUser, dbtUser }, NOBODY, PASSWD)).toThrow(message);
  });
});
