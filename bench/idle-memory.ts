/** Memory of an idle environment: the proportional set size (PSS) of all its processes together. Linux only. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { openBenchProject, printSetup } from "./setup.ts";

const SETTLE_S = Number(process.argv[2] ?? 45);

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/u.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
        const command = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").trim();
        return [{ pid: Number(name), parent, command }];
      } catch {
        return [];
      }
    });
}

function pssMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  return Number(/^Pss:\s+(?<kb>\d+) kB$/mu.exec(text)?.groups?.["kb"]) / 1024;
}

const project = openBenchProject({}, { template: "flights" });
try {
  printSetup("memory of the idle environment", [
    `flights template, job service included; measured ${SETTLE_S} s after the start`,
  ]);
  await sleep(SETTLE_S * 1000);
  const { pid } = project.info();
  const all = processes();
  const postmaster = Number(
    readFileSync(`${project.dir}/.airloom/environment.json`, "utf8").match(
      /"postgres",\s*"pid": (?<pid>\d+)/u,
    )?.groups?.["pid"],
  );
  const family = new Set([pid, postmaster]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const found of all) if (family.has(found.parent)) family.add(found.pid);
  }
  let total = 0;
  for (const found of all.filter((candidate) => family.has(candidate.pid))) {
    const mb = pssMb(found.pid);
    total += mb;
    console.log(
      `${mb.toFixed(0).padStart(6)} MB  ${found.command.replaceAll(/\S*\//gu, "").slice(0, 80)}`,
    );
  }
  console.log(
    `idle environment: ${total.toFixed(0)} MB PSS in ${family.size} processes; bar < 450 MB`,
  );
} finally {
  project.close();
}
