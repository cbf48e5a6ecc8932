import { centerIn } from "./center-in.ts";
import { ScrollRegion } from "./scroll-region.tsx";
import { parseSyntax } from "./syntax.ts";

/** Code with line numbers; `hit` is the line an error points at. */
export function CodeView({
  text,
  hit,
  firstLine = 1,
  language = "plain",
  label,
}: {
  readonly text: string;
  readonly hit?: number | null | undefined;
  readonly firstLine?: number;
  readonly language?: "plain" | "sql" | "typescript";
  readonly label: string;
}) {
  const lines = text.replace(/\n$/u, "").split("\n");
  return (
    <ScrollRegion className="code grow" label={label}>
      {lines.map((line, index) => {
        const number = index + firstLine;
        return (
          <div
            key={number}
            className="code-line"
            data-hit={number === hit}
            ref={number === hit ? (element) => centerIn(".code", element) : undefined}
          >
            <span className="line-number">{number}</span>
            <span>
              {parseSyntax(line, language).map((token) => (
                <span key={token.at} className={token.kind === "text" ? undefined : token.kind}>
                  {token.text}
                </span>
              ))}
            </span>
          </div>
        );
      })}
    </ScrollRegion>
  );
}
