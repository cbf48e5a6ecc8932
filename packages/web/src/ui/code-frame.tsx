import { parseCodeFrame } from "./parse-code-frame.ts";

/** Lines around an error, as a compiler prints them, with the line it points at marked. */
export function CodeFrame({ text }: { readonly text: string }) {
  return (
    // A region that scrolls has to be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="code framed" aria-label="Code around the error" tabIndex={0}>
      {parseCodeFrame(text).map(({ key, number, code, isHit }) => (
        <div key={key} className="code-line" data-hit={isHit}>
          <span className="line-number">{number}</span>
          <span>{code}</span>
        </div>
      ))}
    </section>
  );
}
