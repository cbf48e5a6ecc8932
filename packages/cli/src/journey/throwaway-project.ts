import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Connected, connect } from "../environment/connect.ts";

const AIRLOOM = fileURLToPath(new URL("../../bin/airloom.js", import.meta.url));
const BROKEN_MODEL = "dbt/models/marts/fct_daily_delays.sql";

const run = promisify(execFile);

/** What a running environment says of itself to the commands of its project. */
interface Addresses {
  readonly url: string;
  readonly dbtServiceUrl: string;
  readonly databaseUrl: string;
  readonly pid: number;
  readonly adminSocket: string;
}

/** A project of the guide in a temporary folder, driven from outside as a person would. */
export interface ThrowawayProject {
  readonly dir: string;
  /** Runs `airloom` in the project's folder and answers its standard output. */
  airloom(...args: readonly string[]): Promise<string>;
  /** Runs it and answers what it says to people beside that. */
  hear(...args: readonly string[]): Promise<string>;
  /** Where the running environment listens. */
  readAddresses(): Addresses;
  /** A client of the running environment, as the project's own commands have it. */
  connect(): Connected;
  /** Makes a mart ask for a column that does not exist. */
  breakModel(): void;
  /** Puts the mart back as it was. */
  mendModel(): void;
  /** Stops the environment and removes the folder. */
  close(): Promise<void>;
}

/** The file that `breakModel` changes, the model's name, and the column it asks for. */
export const BROKEN = {
  model: "fct_daily_delays",
  file: "models/marts/fct_daily_delays.sql",
  column: "no_such_column",
} as const;

// How busy the machine is must not decide a test.
const PATIENTLY = ["--wait", "170"];

function isStart([first, second]: readonly string[]): boolean {
  return (
    first === "quickstart" || (first === "dev" && (second === "start" || second === "restart"))
  );
}

/** Makes the guide's project with its data; nothing runs yet, and every port will be a free one. */
export async function openThrowawayProject(
  name: string,
  /** Whose project it is, where root makes it for somebody else. */
  account?: { readonly uid: number; readonly gid: number },
): Promise<ThrowawayProject> {
  const parent = mkdtempSync(join(tmpdir(), "airloom-journey-"));
  if (account !== undefined) chownSync(parent, account.uid, account.gid);
  const dir = join(parent, name);
  const airloom = (cwd: string, args: readonly string[]) =>
    run(process.execPath, [AIRLOOM, ...args, ...(isStart(args) ? PATIENTLY : [])], {
      cwd,
      env: {
        ...process.env,
        AIRLOOM__DATABASE_PORT: "0",
        ...(account === undefined ? {} : { HOME: parent }),
      },
      ...account,
    });
  await airloom(parent, ["dev", "init", dir, "--template", "flights"]);
  const model = join(dir, BROKEN_MODEL);
  const whole = readFileSync(model, "utf8");
  const readAddresses = (): Addresses =>
    JSON.parse(readFileSync(join(dir, ".airloom/environment.json"), "utf8"));
  let connected: Connected | undefined;
  return {
    dir,
    airloom: async (...args) => (await airloom(dir, args)).stdout,
    hear: async (...args) => (await airloom(dir, args)).stderr,
    readAddresses,
    connect: () => {
      const isSame = connected?.info.url === readAddresses().url;
      connected = isSame && connected !== undefined ? connected : connect(dir);
      return connected;
    },
    breakModel: () =>
      writeFileSync(model, whole.replace("max(delay_min)", `max(${BROKEN.column})`)),
    mendModel: () => writeFileSync(model, whole),
    async close() {
      await airloom(dir, ["dev", "kill", "--yes"]);
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
