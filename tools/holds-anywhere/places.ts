import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, symlinkSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "../pack/workspace.ts";

/** A place in which everything has to hold. */
export interface Place {
  /** Removed afterwards. */
  readonly root: string;
  /** Where things are installed: the root, or below it. */
  readonly dir: string;
  readonly mode: number;
  readonly umask: number;
  /** Whose the place is; ours where it is left out. */
  readonly account: { readonly uid: number; readonly gid: number } | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly hasTakenPorts: boolean;
  /** Whether the network is gone once everything is installed. */
  readonly isCutOff: boolean;
}

/** Every machine knows this one by name. */
const ORDINARY = { uid: 65_534, gid: 65_534 };

/** No distribution gives this number to anybody; containers are started as such. */
const NAMELESS = { uid: 60_790, gid: 60_790 };

const isRoot = process.getuid?.() === 0;

/** How a place differs from an ordinary folder. */
export interface PlaceChoice {
  readonly title: string;
  readonly parent?: string;
  readonly below?: string;
  readonly mode?: number;
  readonly umask?: number;
  readonly account?: Place["account"];
  readonly isBare?: boolean;
  readonly hasTakenPorts?: boolean;
  readonly isCutOff?: boolean;
  /** What it takes to make it; nothing where it is left out. */
  readonly needs?: "root" | "root and ip";
}

export const PLACES: readonly PlaceChoice[] = [
  {
    title: "as root, in a folder that only root may enter",
    parent: homedir(),
    mode: 0o700,
    needs: "root",
  },
  {
    title: "as an ordinary user with nothing but Node and npm on the PATH",
    account: ORDINARY,
    needs: "root",
    isBare: true,
  },
  { title: "as a user that this machine has no name for", account: NAMELESS, needs: "root" },
  { title: "under a path with spaces and non-ASCII letters", below: "Zoë's Läden 数据" },
  { title: "behind a umask of 077", umask: 0o077 },
  { title: "with ports 8080, 8081 and 5432 taken", hasTakenPorts: true },
  { title: "with the network cut after installation", isCutOff: true, needs: "root and ip" },
];

/** Why a place cannot be made here; `undefined` where it can. */
export function renderSkip({ needs }: PlaceChoice): string | undefined {
  if (needs === undefined) return undefined;
  if (!isRoot) return "only root can make it";
  if (needs === "root and ip" && spawnSync("sh", ["-c", "command -v ip"]).status !== 0) {
    return "the program ip is not installed";
  }
  return undefined;
}

/** Makes a place: an empty folder, and what a stranger's shell would know. */
export function openPlace(choices: PlaceChoice): Place {
  const parent = choices.parent ?? tmpdir();
  const root = realpathSync(mkdtempSync(join(parent, "airloom-holds-")));
  const { hasTakenPorts = false, isCutOff = false, isBare = false } = choices;
  return {
    root,
    dir: join(root, choices.below ?? "x"),
    mode: choices.mode ?? 0o755,
    umask: choices.umask ?? 0o022,
    account: choices.account,
    env: {
      ...strangersEnvironment(),
      PATH: isBare ? barePath(root) : strangersPath().join(delimiter),
      ...(choices.account === undefined ? {} : { HOME: root, USER: "ordinary" }),
      XDG_CACHE_HOME: join(root, "cache"),
      ...(hasTakenPorts ? {} : { AIRLOOM__DATABASE_PORT: "0" }),
      CI: "1",
    },
    hasTakenPorts,
    isCutOff,
  };
}

// Nothing of this checkout: not its programs, and not what npm tells the scripts it runs.
function strangersEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_(?!config_registry$)|INIT_CWD$|NODE_(?!EXTRA_CA_CERTS$)|AIRLOOM)/u.test(name),
  );
  return Object.fromEntries(kept);
}

function strangersPath(): readonly string[] {
  const dirs = (process.env["PATH"] ?? "").split(delimiter);
  return dirs.filter((dir) => !dir.includes("node_modules") && !dir.startsWith(ROOT));
}

/** A folder of links to Node and npm, and to the shell that npm itself cannot do without. */
function barePath(root: string): string {
  const dir = join(root, "bin");
  mkdirSync(dir);
  for (const name of ["node", "npm", "npx", "sh"]) {
    const found = strangersPath()
      .map((folder) => join(folder, name))
      .find(isExecutable);
    if (found === undefined) throw new Error(`Cannot make a bare PATH: ${name} is not on this one`);
    symlinkSync(realpathSync(found), join(dir, name));
  }
  return dir;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
