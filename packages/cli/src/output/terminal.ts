import { styleText } from "node:util";
import { tameText } from "./tame-text.ts";

type Style = Parameters<typeof styleText>[0];

/** How a command talks: data to stdout, everything else to stderr. */
export interface Terminal {
  readonly isInteractive: boolean;
  readonly columns: number;
  /** One line of result to stdout. */
  print(text: string): void;
  /** One line of talk to stderr. */
  say(text: string): void;
  json(value: unknown): void;
  /** Styles text where colours are wanted (NO_COLOR, FORCE_COLOR and TTY decide). */
  style(style: Style, text: string): string;
  /** Rewrites the live area at the bottom of an interactive terminal; does nothing elsewhere. */
  live(lines: readonly string[]): void;
  /** Leaves the live area as it stands. */
  endLive(): void;
}

function wantsColor(stream: NodeJS.WriteStream): boolean {
  if (process.env["NO_COLOR"] !== undefined && process.env["NO_COLOR"] !== "") return false;
  if (process.env["FORCE_COLOR"] !== undefined && process.env["FORCE_COLOR"] !== "0") return true;
  return stream.isTTY === true;
}

/** The terminal of this process. */
export function openTerminal(): Terminal {
  const isInteractive =
    process.stderr.isTTY === true &&
    process.stdout.isTTY === true &&
    process.env["CI"] === undefined;
  // One that is read by another program gets none, and we do not know here which of the two a text is for.
  const color = wantsColor(process.stdout) && wantsColor(process.stderr);
  // Another program gets every byte of a result as it is.
  const tame = (stream: NodeJS.WriteStream, text: string): string =>
    stream.isTTY === true ? tameText(text, color) : text;
  let liveLines = 0;
  // Whoever reads our output may have had enough, such as `head`: that is no failure of ours.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });

  function eraseLive(): void {
    if (liveLines === 0) return;
    process.stderr.write(`\u001b[${liveLines}A\u001b[0J`);
    liveLines = 0;
  }

  return {
    isInteractive,
    columns: process.stderr.columns ?? 100,
    print(text) {
      eraseLive();
      process.stdout.write(`${tame(process.stdout, text)}\n`);
    },
    say(text) {
      eraseLive();
      process.stderr.write(`${tame(process.stderr, text)}\n`);
    },
    json(value) {
      process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    },
    style(style, text) {
      return color ? styleText(style, text, { validateStream: false }) : text;
    },
    live(lines) {
      if (!isInteractive) return;
      eraseLive();
      const height = (process.stderr.rows ?? 24) - 1;
      const shown = lines.slice(-height);
      process.stderr.write(shown.map((line) => `${tame(process.stderr, line)}\n`).join(""));
      liveLines = shown.length;
    },
    endLive() {
      liveLines = 0;
    },
  };
}
