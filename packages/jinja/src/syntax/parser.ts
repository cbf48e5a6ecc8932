import type { SourceFile } from "../source-file.ts";
import type { TemplateNode } from "./ast.ts";
import { tokenize, type WhitespaceRules } from "./lexer.ts";
import { parseBody } from "./statement-parser.ts";
import type { TokenStream } from "./token-stream.ts";

/** Parses a template whose text is normalized. */
export function parseTemplate(
  source: SourceFile,
  rules: WhitespaceRules,
  dialect: "standard" | "dbt",
): TemplateNode {
  const stream: TokenStream = {
    source,
    tokens: tokenize(source, rules),
    dialect,
    calls: [],
    spans: new Map(),
    openTags: [],
    endTags: [],
    loops: 0,
    at: 0,
    depth: 0,
    block: undefined,
  };
  const body = parseBody(stream, []);
  return { body, calls: stream.calls, spans: stream.spans };
}
