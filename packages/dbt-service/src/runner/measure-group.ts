import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What the processes of a group use together. */
export interface GroupUse {
  readonly cpuSeconds: number;
  readonly memoryMb: number;
  /** What they have written to files and pipes; `Infinity` where the system does not tell. */
  readonly writtenMb: number;
}

const NOTHING: GroupUse = { cpuSeconds: 0, memoryMb: 0, writtenMb: 0 };
const TICKS_PER_SECOND = 100;
const MB = 1024 ** 2;

/** Measures a process group: from `/proc` where there is one, else by `ps`. */
export async function measureGroup(group: number): Promise<GroupUse> {
  return process.platform === "linux" ? measureByProc(group) : measureByPs(group);
}

function add(uses: readonly GroupUse[]): GroupUse {
  return uses.reduce(
    (sum, use) => ({
      cpuSeconds: sum.cpuSeconds + use.cpuSeconds,
      memoryMb: sum.memoryMb + use.memoryMb,
      writtenMb: sum.writtenMb + use.writtenMb,
    }),
    NOTHING,
  );
}

async function measureByProc(group: number): Promise<GroupUse> {
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/u.test(name));
  return add(await Promise.all(ids.map((id) => measureProcess(id, group))));
}

async function measureProcess(id: string, group: number): Promise<GroupUse> {
  const text = await read(`/proc/${id}/stat`);
  // The name in parentheses may hold anything: what counts begins behind it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  if (Number(fields[2]) !== group) return NOTHING;
  const status = await read(`/proc/${id}/status`);
  const io = await read(`/proc/${id}/io`);
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    cpuSeconds: ticks / TICKS_PER_SECOND,
    memoryMb: Number(/^VmRSS:\s+(?<kb>\d+) kB$/mu.exec(status)?.groups?.["kb"] ?? 0) / 1024,
    writtenMb: Number(/^wchar: (?<bytes>\d+)$/mu.exec(io)?.groups?.["bytes"] ?? 0) / MB,
  };
}

async function read(file: string): Promise<string> {
  // A process may end between two looks.
  return readFile(file, "utf8").catch(() => "");
}

/** Measures a process group by what `ps` prints. */
export async function measureByPs(group: number): Promise<GroupUse> {
  const { stdout } = await run("ps", ["-A", "-o", "pgid=,rss=,time="]);
  return add(
    stdout.split("\n").map((line) => {
      const [pgid = "", rss = "", time = ""] = line.trim().split(/\s+/u);
      if (Number(pgid) !== group) return NOTHING;
      return { cpuSeconds: parseTime(time), memoryMb: Number(rss) / 1024, writtenMb: Infinity };
    }),
  );
}

/** Seconds of `[[days-]hours:]minutes:seconds`. */
function parseTime(text: string): number {
  const [days, clock] = text.includes("-") ? text.split("-") : ["0", text];
  const seconds = (clock ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
