/**
 * Walks through the places in which both commands of the README have to hold, and prints one line for each.
 *
 *     npm run holds-anywhere                       packs, installs the file in each place, runs the quickstart there
 *     npm run holds-anywhere -- --tarball <file>   takes a packed file that is there
 *     npm run holds-anywhere -- --full             installs a copy of this checkout too, and runs every test in it
 *     npm run holds-anywhere -- --only umask       only the places whose title says so
 *
 * Needs a package registry; as root it walks through all places, else through those that anybody can make.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { openPlace, PLACES, type Place, renderSkip } from "./holds-anywhere/places.ts";
import { pack } from "./pack/pack.ts";
import { ROOT } from "./pack/workspace.ts";

const { values } = parseArgs({
  options: {
    tarball: { type: "string" },
    full: { type: "boolean", default: false },
    only: { type: "string", default: "" },
  },
});
const USUAL_PORTS = [8080, 8081, 5432];
const ANY_PORTS = ["--port", "0", "--dbt-service-port", "0"];

const choices = PLACES.filter(({ title }) => title.includes(values.only));
if (choices.length === 0) {
  const titles = PLACES.map(({ title }) => `"${title}"`).join(", ");
  throw new Error(`Cannot find a place by "${values.only}": expected a part of ${titles}`);
}
const tarball = values.tarball === undefined ? await pack() : resolve(values.tarball);
let failed = 0;
for (const choice of choices) {
  const { title } = choice;
  const skip = renderSkip(choice);
  if (skip !== undefined) {
    console.log(`skip   ${title}: ${skip}`);
    continue;
  }
  const startedAt = performance.now();
  const problem = await tryPlace(openPlace(choice));
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`${problem === undefined ? "ok    " : "failed"} ${title} (${seconds} s)`);
  if (problem === undefined) continue;
  failed += 1;
  console.error(problem);
}
process.exitCode = failed === 0 ? 0 : 1;

/** What went wrong in a place; `undefined` where all holds. */
async function tryPlace(place: Place): Promise<string | undefined> {
  const dir = prepare(place);
  const squatters = place.hasTakenPorts ? await takePorts() : [];
  try {
    tryInstallation(place, dir);
    if (values.full) tryCheckout(place, dir);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    for (const squatter of squatters) squatter.close();
    rmSync(place.root, { recursive: true, force: true });
  }
}

function prepare({ root, dir, account, mode }: Place): string {
  mkdirSync(dir, { recursive: true });
  chmodSync(root, mode);
  if (account !== undefined) {
    for (const path of [root, dir]) chownSync(path, account.uid, account.gid);
  }
  return dir;
}

/** The packed file, in a folder of one's own. */
function tryInstallation(place: Place, parent: string): void {
  const dir = makeFolder(place, join(parent, "own"));
  const file = join(dir, basename(tarball));
  copyFileSync(tarball, file);
  if (place.account !== undefined) chownSync(file, place.account.uid, place.account.gid);
  must(place, dir, "npm init -y");
  const said = must(
    place,
    dir,
    `npm install --ignore-scripts --no-audit --no-fund ./${basename(file)}`,
  );
  if (/npm warn/iu.test(said)) throw new Error(`npm warns:\n${said}`);
  const ports = place.hasTakenPorts ? [] : ANY_PORTS;
  try {
    must(place, dir, ["npx airloom quickstart --small", ...ports].join(" "), { isCut: true });
    must(place, dir, "npx airloom doctor", { isCut: true });
  } finally {
    run(place, dir, "npx airloom quickstart --stop", { isCut: true });
  }
}

/** A copy of this checkout, as git has it. */
function tryCheckout(place: Place, parent: string): void {
  const dir = makeFolder(place, join(parent, "checkout"));
  const copied = spawnSync("sh", [
    "-c",
    'git -C "$1" archive HEAD | tar -x -C "$2"',
    "sh",
    ROOT,
    dir,
  ]);
  if (copied.status !== 0) throw new Error(`Cannot copy the checkout: ${String(copied.stderr)}`);
  if (place.account !== undefined) {
    const { uid, gid } = place.account;
    const given = spawnSync("chown", ["-R", `${uid}:${gid}`, dir]);
    if (given.status !== 0) throw new Error(`Cannot give the copy away: ${String(given.stderr)}`);
  }
  must(place, dir, "npm ci --ignore-scripts --no-audit --no-fund");
  must(place, dir, "npm test", { isCut: true });
}

function makeFolder({ account }: Place, dir: string): string {
  mkdirSync(dir);
  if (account !== undefined) chownSync(dir, account.uid, account.gid);
  return dir;
}

function must(
  place: Place,
  cwd: string,
  command: string,
  options: { readonly isCut?: boolean } = {},
): string {
  const { status, output } = run(place, cwd, command, options);
  if (status !== 0) throw new Error(`"${command}" ended with ${status} in ${cwd}:\n${output}`);
  return output;
}

/** Runs a command line as the place has it: its user, its umask, and without a network where it is cut. */
function run(
  place: Place,
  cwd: string,
  command: string,
  { isCut = false }: { readonly isCut?: boolean },
): { readonly status: number | null; readonly output: string } {
  const line = `umask ${place.umask.toString(8).padStart(3, "0")} && ${command}`;
  const isOffline = isCut && place.isCutOff;
  const [file = "", ...args] = isOffline
    ? ["unshare", "--net", "sh", "-c", `ip link set lo up && ${line}`]
    : ["/bin/sh", "-c", line];
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: place.env,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    ...place.account,
  });
  return { status, output: `${stdout}${stderr}` };
}

/** Listens on the usual ports; one that is taken by somebody else serves as well. */
async function takePorts(): Promise<readonly Server[]> {
  const servers = USUAL_PORTS.map(
    (port) =>
      new Promise<Server | undefined>((settle) => {
        const server = createServer();
        server.once("error", () => settle(undefined));
        server.listen(port, "127.0.0.1", () => settle(server));
      }),
  );
  return (await Promise.all(servers)).filter((server) => server !== undefined);
}
