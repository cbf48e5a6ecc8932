import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT } from "../output/exit-codes.ts";
import type { Project } from "../project/project.ts";
import { accountsOf, listNeeded, openTrust, type Trust } from "./trust.ts";

/** Folders as a view is planned from them. */
export interface Folders {
  /** Whether users other than the owner and the group may pass through. */
  isClosed(dir: string): boolean;
  list(dir: string): readonly string[];
}

const THIS_MACHINE: Folders = {
  isClosed: (dir) => (statSync(dir).mode & 0o001) === 0,
  list: (dir) => readdirSync(dir),
};

/** Where the whole of a closed folder can be seen in a view: by root alone. */
const WHOLE = ".airloom-closed";

/**
 * The shell commands that open a way to some folders that lie in closed ones, such as root's home, for this process and
 * those it starts; `undefined` where all are open already. Pure over `folders`.
 *
 * In a mount namespace of its own the closed folder is covered by an empty one that everybody may pass. The wanted
 * folders are bound to their places in it; everything else is a link that only root can follow. Nothing on disk changes.
 */
export function planView(
  wanted: readonly string[],
  folders: Folders = THIS_MACHINE,
): string | undefined {
  const roots = new Map<string, string[]>();
  for (const path of wanted) {
    const closed = ancestorsOf(path).find((dir) => folders.isClosed(dir));
    if (closed !== undefined) roots.set(closed, [...(roots.get(closed) ?? []), path]);
  }
  if (roots.size === 0) return undefined;
  return [...roots].flatMap(([root, paths]) => coverRoot(root, paths, folders)).join("\n");
}

/**
 * The program and arguments before a command of ours that runs the project's user code, where root keeps the project to
 * itself; `undefined` where nothing is in the way, or nothing can be done about it.
 */
export function wayInto(project: Project): readonly string[] | undefined {
  return wayTo(listNeeded(project));
}

/** The same for a command that other users' processes need these folders for. */
export function wayTo(wanted: readonly string[]): readonly string[] | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const view = planView(wanted);
  return view === undefined ? undefined : commandInView(view);
}

/**
 * Runs this command once more, with its exit code, where user code reaches the project as its own user; false where it
 * does so already, or cannot.
 */
export function hasRunInView(project: Project): boolean {
  const [file = "", ...args] = wayInto(project) ?? [];
  if (file === "") return false;
  const ours = [process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync(file, [...args, ...ours], { stdio: "inherit" });
  process.exitCode = status ?? EXIT.failed;
  return true;
}

/** As whom an environment of this project runs user code, told from outside of any view: it would have one where it needs it. */
export function findTrust(project: Project): Trust {
  const trust = openTrust(project);
  if (trust.kind === "apart" || wayInto(project) === undefined) return trust;
  return { kind: "apart", accounts: accountsOf(project) };
}

/** The program and arguments that run a shell script in a mount namespace of its own; `undefined` where we may not have one. */
function commandInView(script: string): readonly string[] | undefined {
  const unshare = ["unshare", "--mount", "--propagation", "private"];
  const probe = spawnSync("/bin/sh", ["-c", `${unshare.join(" ")} /bin/sh -c "command -v mount"`], {
    stdio: "ignore",
  });
  if (probe.status !== 0) return undefined;
  return [...unshare, "/bin/sh", "-c", `set -e\n${script}\nexec "$@"`, "view"];
}

/** Laid out aside, from what is there, and then moved over it as a whole. */
function coverRoot(root: string, wanted: readonly string[], folders: Folders): readonly string[] {
  return [
    'aside="$(mktemp -d)"',
    'mount -t tmpfs -o mode=0755 airloom "$aside"',
    `mkdir -m 0700 "$aside"/${WHOLE}`,
    `mkdir "$aside"/${WHOLE}/all`,
    `mount --rbind ${quote(root)} "$aside"/${WHOLE}/all`,
    ...layOut("", { root, wanted, folders }),
    `mount --move "$aside" ${quote(root)}`,
    'rmdir "$aside"',
  ];
}

interface Layout {
  readonly root: string;
  readonly wanted: readonly string[];
  readonly folders: Folders;
}

/** One command for each thing in a folder on the way to what is wanted. */
function layOut(below: string, layout: Layout): readonly string[] {
  const { root, wanted, folders } = layout;
  return folders.list(join(root, below)).flatMap((name) => {
    const path = join(below, name);
    const place = `"$aside"/${quote(path)}`;
    if (wanted.includes(join(root, path))) {
      const whole = `"$aside"/${WHOLE}/all/${quote(path)}`;
      return [`mkdir ${place}`, `mount --rbind ${whole} ${place}`];
    }
    if (wanted.some((other) => other.startsWith(`${join(root, path)}/`))) {
      return [`mkdir -m 0755 ${place}`, ...layOut(path, layout)];
    }
    return [`ln -s ${quote(join(root, WHOLE, "all", path))} ${place}`];
  });
}

/** The folders above a path, the outermost first, without the root of everything. */
function ancestorsOf(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path || parent === "/" ? [] : [...ancestorsOf(parent), parent];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
