import { CLOCK, parseLine, renderShownText } from "./line-codec.ts";
import { findText } from "./scan-line.ts";

const NEWLINE = 0x0a;
const [ZERO, NINE] = [0x30, 0x39];
/** How long a time before a line can be. */
const CLOCK_LENGTH = 40;
const NON_ASCII = /[^\0-\u007f]/u;
/** What ends the bytes of a line: `"}`. */
const AFTER_TEXT = 2;

/**
 * Calls `onLine` with the number, counted from 0, of each of the whole lines whose text holds `search`, in any case.
 *
 * Lines are not parsed where their bytes are their text: a million of them are searched while somebody waits.
 */
export function findInLines(bytes: Buffer, search: string, onLine: (line: number) => void): void {
  const wanted = search.toLowerCase();
  // Letters beyond ASCII have their cases in more than one byte: such lines are read one by one.
  if (NON_ASCII.test(wanted)) findOneByOne(bytes, wanted, onLine);
  else findInBytes(bytes, wanted, onLine);
}

function findOneByOne(bytes: Buffer, wanted: string, onLine: (line: number) => void): void {
  let line = 0;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
    if (holds(bytes, { start, end }, wanted)) onLine(line);
    start = end + 1;
    line += 1;
  }
}

/**
 * Parses only lines with an escape: of all others the bytes are the text. A string of one byte for each letter is
 * searched several times as fast as a buffer; what `toLowerCase` makes of bytes beyond ASCII is no matter here.
 */
function findInBytes(bytes: Buffer, wanted: string, onLine: (line: number) => void): void {
  const lower = bytes.toString("latin1").toLowerCase();
  let line = 0;
  let start = 0;
  let escape = lower.indexOf("\\");
  let hit = lower.indexOf(wanted);
  while (escape >= 0 || hit >= 0) {
    const end = lower.indexOf("\n", start);
    if (end < 0) return;
    const isEscaped = escape >= 0 && escape < end;
    const isHit = hit >= 0 && hit < end;
    const from = isHit && !isEscaped ? textOf(bytes, { start, end }) : -1;
    if (from >= 0) {
      if (hit < from) hit = lower.indexOf(wanted, from);
      if (hit >= 0 && hit + wanted.length <= end - AFTER_TEXT) onLine(line);
    } else if ((isEscaped || isHit) && holds(bytes, { start, end }, wanted)) onLine(line);
    start = end + 1;
    line += 1;
    if (isEscaped) escape = lower.indexOf("\\", start);
    if (hit >= 0 && hit < start) hit = lower.indexOf(wanted, start);
  }
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Where a line's text begins, after the time that is not shown; -1 for a line that was cut short. */
function textOf(bytes: Buffer, { start, end }: Stretch): number {
  const text = findText(bytes, start, end);
  const first = bytes[text] ?? 0;
  if (text < 0 || first < ZERO || first > NINE) return text;
  const clock = CLOCK.exec(bytes.toString("latin1", text, Math.min(end, text + CLOCK_LENGTH)));
  return text + (clock?.[0].length ?? 0);
}

function holds(bytes: Buffer, { start, end }: Stretch, wanted: string): boolean {
  const { text } = parseLine(bytes.toString("utf8", start, end));
  return renderShownText(text).toLowerCase().includes(wanted);
}
