import { parseCodeFrame } from "./parse-code-frame.ts";
import { ScrollRegion } from "./scroll-region.tsx";

/** Lines around an error, as a compiler prints them, with the line it points at marked. */
export function CodeFrame({ text }: { readonly text: string }) {
  return (
    <ScrollRegion className="code framed" label="Code around the error">
      {parseCodeFrame(text).map(({ key, number, code, isHit }) => (
        <div key={key} className="code-line" data-hit={isHit}>
          <span className="line-number">{number}</span>
          <span>{code}</span>
        </div>
      ))}
    </ScrollRegion>
  );
}
