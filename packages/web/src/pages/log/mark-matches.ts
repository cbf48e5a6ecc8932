import type { AnsiSpan } from "../../ui/parse-ansi.ts";

/** A stretch of a line with one look, and whether it is part of what was searched for. */
export interface MarkedSpan extends AnsiSpan {
  readonly isMatch: boolean;
}

/** Marks what was searched for in a line, in any case, also where it goes over colours. */
export function markMatches(spans: readonly AnsiSpan[], search: string): readonly MarkedSpan[] {
  const cuts = search === "" ? [] : cutsOf(spans.map(({ text }) => text).join(""), search);
  return spans.flatMap((span) => cutSpan(span, cuts));
}

/** Where matches begin and end, by turns. */
function cutsOf(line: string, search: string): readonly number[] {
  return [...line.matchAll(new RegExp(escapePattern(search), "giu"))].flatMap((match) => [
    match.index,
    match.index + match[0].length,
  ]);
}

function cutSpan(span: AnsiSpan, cuts: readonly number[]): readonly MarkedSpan[] {
  const end = span.at + span.text.length;
  const inside = [...new Set(cuts.filter((cut) => cut > span.at && cut < end))];
  return [span.at, ...inside].map((from, index) => ({
    looks: span.looks,
    at: from,
    text: span.text.slice(from - span.at, (inside[index] ?? end) - span.at),
    isMatch: cuts.filter((cut) => cut <= from).length % 2 === 1,
  }));
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/gu, String.raw`\$&`);
}
