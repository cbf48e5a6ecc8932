import { PyError } from "../errors.ts";
import { requiredText } from "../runtime/arguments.ts";
import { toIndex } from "../values/numeric.ts";
import type { Value } from "../values/value.ts";

/** Python's `split` and, from the right, `rsplit`. */
export function splitText(
  text: string,
  separator: Value | undefined,
  limit: Value | undefined,
  fromRight: boolean,
): string[] {
  const most = limit === undefined || limit === null ? -1 : toIndex(limit, "maxsplit");
  if (separator === undefined || separator === null) return splitBlanks(text, most, fromRight);
  const by = requiredText("split", "sep", separator);
  if (by === "") throw new PyError("ValueError", "empty separator");
  const parts = text.split(by);
  if (most < 0 || parts.length <= most + 1) return parts;
  if (!fromRight) return [...parts.slice(0, most), parts.slice(most).join(by)];
  const cut = parts.length - most;
  return [parts.slice(0, cut).join(by), ...parts.slice(cut)];
}

function splitBlanks(text: string, most: number, fromRight: boolean): string[] {
  const words = [...text.matchAll(/\S+/gu)];
  if (most < 0 || words.length <= most) return words.map(([word]) => word);
  const kept = fromRight ? words.slice(words.length - most) : words.slice(0, most);
  const texts = kept.map(([word]) => word);
  const [first] = kept;
  const last = kept.at(-1);
  if (fromRight) {
    const rest = text.slice(0, first?.index ?? text.length).trim();
    return rest === "" ? texts : [rest.trimStart(), ...texts];
  }
  const rest = text.slice(last === undefined ? 0 : last.index + last[0].length).trimStart();
  return rest === "" ? texts : [...texts, rest];
}

// What Python takes for the end of a line, as code units.
const BREAKS = new Set("\n\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029");

/** Python's `splitlines`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (!BREAKS.has(text.charAt(at))) continue;
    const end = text.startsWith("\r\n", at) ? at + 2 : at + 1;
    lines.push(text.slice(from, keepEnds ? end : at));
    from = end;
    at = end - 1;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}
