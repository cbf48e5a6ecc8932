import { spawn } from "node:child_process";

/** Sees to it that process groups do not outlive this process, even when it is killed with SIGKILL. */
export interface Reaper {
  watch(pid: number): void;
  forget(pid: number): void;
  close(): void;
}

// A shell waits for the end of its input, which comes when this process is gone in whatever way, and kills what is left.
const SCRIPT = `
trap '' INT TERM HUP
groups=" "
while read -r operation pid; do
  case "$operation" in
    +) groups="$groups$pid " ;;
    -) case "$groups" in *" $pid "*) groups="\${groups%% $pid *} \${groups#* $pid }" ;; esac ;;
  esac
done
for pid in $groups; do kill -9 "-$pid" 2>/dev/null; done
`;

/** Opens a reaper. Where there is no shell for it, groups end with their own notice of this process's end. */
export function openReaper(): Reaper {
  if (process.platform === "win32") return { watch() {}, forget() {}, close() {} };
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: {},
  });
  shell.on("error", () => undefined);
  shell.stdin.on("error", () => undefined);
  shell.unref();
  const write = (line: string): void => {
    if (shell.stdin.writable) shell.stdin.write(line);
  };
  return {
    watch: (pid) => write(`+ ${pid}\n`),
    forget: (pid) => write(`- ${pid}\n`),
    close: () => shell.stdin.end(),
  };
}
