#!/usr/bin/env node
// Starts the command line on Node 24.11 or newer: on this one when it is new enough, else on the Node 24 that came with npm.
import { spawnSync } from "node:child_process";
import * as nodeModule from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const NEEDED = [24, 11];

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function findBundledNode() {
  const platform = process.platform === "win32" ? "win" : process.platform;
  for (const name of [`node-${platform}-${process.arch}`, `node-bin-${platform}-${process.arch}`]) {
    try {
      const file = process.platform === "win32" ? "bin/node.exe" : "bin/node";
      return nodeModule.createRequire(import.meta.url).resolve(`${name}/${file}`);
    } catch {
      // Not installed for this platform: the next name, or the message below.
    }
  }
  return undefined;
}

try {
  homedir();
} catch {
  // Whom this machine has no name for has no home either: what looks there is to find nothing, and not to fail.
  process.env.HOME = "/nonexistent";
}

if (isNewEnough(process.versions.node)) {
  // Every process that this one starts finds its compiled modules here: starting costs half as much then.
  process.env.NODE_COMPILE_CACHE ??= join(
    process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
    "airloom",
    "node",
  );
  nodeModule.enableCompileCache();
  const { main } = await import("../src/main.ts");
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = findBundledNode();
  if (node === undefined) {
    console.error(
      `Cannot start Airloom on Node ${process.versions.node}: it needs Node ${NEEDED.join(".")} or newer, and no Node 24 from npm was found beside it. Run "npm install", or install Node 24`,
    );
    process.exit(2);
  }
  const result = spawnSync(node, process.argv.slice(1), { stdio: "inherit" });
  if (result.signal !== null) process.kill(process.pid, result.signal);
  process.exit(result.status ?? 70);
}
