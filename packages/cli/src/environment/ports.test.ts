import { createServer, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Project, parseConfig } from "../project/project.ts";
import { choosePorts } from "./ports.ts";

let server: Server;
let taken: number;
beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  taken = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => server.close());

const ASKED = { port: null, dbtServicePort: null, host: null };
const REQUEST = { projectDir: "/p", tls: false, tlsCert: null, tlsKey: null, ...ASKED };

function projectOf(config: object): Project {
  const source = JSON.stringify({ dbtServicePort: 0, databasePort: 0, ...config });
  return {
    dir: "/p",
    stateDir: "/p/.airloom",
    config: parseConfig(source, { file: "", dir: "/p", env: {} }),
  };
}

describe("choosePorts()", () => {
  test("moves on from a usual port that is in use, and says so", async () => {
    const ports = await choosePorts(projectOf({ port: taken }), REQUEST, undefined);
    expect(ports.web).toBeGreaterThan(taken);
    expect(ports.notes).toEqual([`Port ${taken} is in use: the UI is on ${ports.web}`]);
  });

  test("refuses a port that was asked for and is in use, and names a free one", async () => {
    const choosing = choosePorts(projectOf({}), { ...REQUEST, port: taken }, undefined);
    await expect(choosing).rejects.toMatchObject({
      code: "port.taken",
      message: expect.stringMatching(
        new RegExp(String.raw`Cannot listen on port ${taken} .* such as \d+, or 0 for any`, "u"),
      ),
    });
  });

  test("leaves a database that still runs on its port, without a word", async () => {
    const ports = await choosePorts(projectOf({ port: 0, databasePort: taken }), REQUEST, taken);
    expect(ports).toMatchObject({ database: taken, notes: [] });
  });

  test("refuses a host that is no address of this machine", async () => {
    const choosing = choosePorts(projectOf({}), { ...REQUEST, host: "192.0.2.1" }, undefined);
    await expect(choosing).rejects.toMatchObject({
      code: "project.bad_config",
      message: expect.stringContaining('Cannot listen on "192.0.2.1"'),
    });
  });
});
