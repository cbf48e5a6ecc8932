import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Connected, connect } from "../environment/connect.ts";
import { wayTo } from "../environment/view.ts";
import { prepareWeb } from "../environment/web-build.ts";

const AIRLOOM = fileURLToPath(new URL("../../bin/airloom.js", import.meta.url));
const CHECKOUT = fileURLToPath(new URL("../../../..", import.meta.url)).replace(/\/$/u, "");
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

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** How a program is run as somebody else: the words before it, and what the system does without any. */
interface As {
  readonly words: readonly string[];
  readonly options: Partial<Account>;
}

/** As somebody who sees this checkout also where root keeps it in a folder that is closed to others. */
function planAs(account: Account | undefined): As {
  if (account === undefined) return { words: [], options: {} };
  const { uid, gid } = account;
  const isInside = process.execPath.startsWith(`${CHECKOUT}/`);
  const way = wayTo(isInside ? [CHECKOUT] : [CHECKOUT, dirname(process.execPath)]);
  if (way === undefined) return { words: [], options: { uid, gid } };
  const person = ["setpriv", `--reuid=${uid}`, `--regid=${gid}`, "--clear-groups"];
  return { words: [...way, ...person], options: {} };
}

/** Makes the guide's project with its data; nothing runs yet, and every port will be a free one. */
export async function openThrowawayProject(
  name: string,
  /** Whose project it is, where root makes it for somebody else. */
  account?: Account,
): Promise<ThrowawayProject> {
  const parent = mkdtempSync(join(tmpdir(), "airloom-journey-"));
  if (account !== undefined) chownSync(parent, account.uid, account.gid);
  const dir = join(parent, name);
  const { words, options } = planAs(account);
  // The pages of a checkout are built in it, where somebody else may not write.
  if (account !== undefined) await prepareWeb(() => undefined);
  const airloom = (cwd: string, args: readonly string[]) => {
    const command = [process.execPath, AIRLOOM, ...args, ...(isStart(args) ? PATIENTLY : [])];
    const [file = "", ...rest] = [...words, ...command];
    return run(file, rest, {
      cwd,
      env: {
        ...process.env,
        AIRLOOM__DATABASE_PORT: "0",
        ...(account === undefined ? {} : { HOME: parent }),
      },
      ...options,
    });
  };
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
