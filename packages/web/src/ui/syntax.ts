/** A stretch of one line with one colour. */
export interface SyntaxToken {
  readonly kind: "text" | "keyword" | "comment" | "string";
  readonly text: string;
  /** Column of its first character, from 0. */
  readonly at: number;
}

const SQL_WORDS =
  "select|from|where|join|left|right|inner|outer|full|cross|on|using|group|order|by|having|with|as|case|when|then|else|end|and|or|not|in|is|null|union|all|distinct|limit|create|table|view|insert|into|values|update|delete|over|partition|between|like|cast|exists|desc|asc|true|false|qualify";
const TS_WORDS =
  "import|export|from|const|let|function|return|if|else|for|of|in|while|new|async|await|type|interface|default|class|extends|try|catch|throw|true|false|null|undefined|typeof|as|switch|case";

const PATTERNS = {
  sql: new RegExp(
    `(?<comment>--.*$)|(?<string>'[^']*'?)|(?<keyword>\\b(?:${SQL_WORDS})\\b)`,
    "giu",
  ),
  typescript: new RegExp(
    `(?<comment>//.*$|^\\s*/?\\*.*$)|(?<string>"[^"]*"?|'[^']*'?|\`[^\`]*\`?)|(?<keyword>\\b(?:${TS_WORDS})\\b)`,
    "gu",
  ),
} as const;

/** Splits one line for colouring; the texts of the tokens always add up to the line. */
export function parseSyntax(
  line: string,
  language: "plain" | "sql" | "typescript",
): readonly SyntaxToken[] {
  if (language === "plain") return [{ kind: "text", text: line, at: 0 }];
  const tokens: SyntaxToken[] = [];
  let at = 0;
  for (const match of line.matchAll(PATTERNS[language])) {
    if (match.index > at) tokens.push({ kind: "text", text: line.slice(at, match.index), at });
    tokens.push({ kind: kindOf(match.groups), text: match[0], at: match.index });
    at = match.index + match[0].length;
  }
  if (at < line.length) tokens.push({ kind: "text", text: line.slice(at), at });
  return tokens;
}

function kindOf(groups: Record<string, string> | undefined): SyntaxToken["kind"] {
  if (groups?.["comment"] !== undefined) return "comment";
  return groups?.["keyword"] === undefined ? "string" : "keyword";
}
