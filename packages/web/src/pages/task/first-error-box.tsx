import { renderPlural } from "../../format/number.ts";
import { firstErrorOf, hasEndedBadly } from "./first-error.ts";
import { countRerun } from "./node-order.ts";
import type { AttemptView } from "./task-page.tsx";

/** The first error of the attempt, before anything else; nothing when there was none. */
export function FirstErrorBox({ view: { nodes, attempt } }: { readonly view: AttemptView }) {
  const error = hasEndedBadly(attempt.state) ? firstErrorOf(nodes, attempt.failure) : undefined;
  if (error === undefined) return null;
  const again = countRerun(nodes);
  return (
    <section className="error-box" aria-label="First error">
      <div className="grow">
        <b>First error</b> <span className="text-2">{error.where}</span>
        <div className="message">{error.message}</div>
        {error.detail !== null && <div className="text-2 small mono">{error.detail}</div>}
        {attempt.failure?.stack !== null && attempt.failure?.stack !== undefined && (
          <details>
            <summary className="link small">Stack</summary>
            <pre className="code framed">{attempt.failure.stack}</pre>
          </details>
        )}
      </div>
      {again > 0 && (
        <span className="text-2 small wide-only">
          Rerun failed nodes runs {again} of {renderPlural(nodes.length, "node")}
        </span>
      )}
    </section>
  );
}
