import type { UiGrid } from "@airloom/api";
import { CodeFrame } from "../../ui/code-frame.tsx";
import { TypeErrorBadge } from "../dags/type-error-badge.tsx";

/** What the compiler finds wrong with a Dag's file, with the lines around each place; nothing where all is well. */
export function TypeErrorsNote({ dag }: { readonly dag: UiGrid["dag"] }) {
  if (dag.type_error_count === 0) return null;
  const more = dag.type_error_count - dag.type_errors.length;
  return (
    <details
      className="note type-errors"
      aria-label="Type errors"
      open={dag.type_error_count === 1}
    >
      <summary>
        <TypeErrorBadge dag={dag} />{" "}
        <span className="text-2">
          The Dag runs all the same, and may fail where its types do not fit.
        </span>
      </summary>
      {dag.type_errors.map((error) => (
        <div key={`${error.file} ${error.line} ${error.column} ${error.code} ${error.message}`}>
          <div>
            <b>
              {[error.file, error.line, error.column].filter((part) => part !== null).join(":")}
            </b>{" "}
            <span className="text-3">{error.code}</span>{" "}
            <span className="pre-line">{error.message}</span>
          </div>
          {error.code_frame !== null && <CodeFrame text={error.code_frame} />}
        </div>
      ))}
      {more > 0 && <div className="text-2">and {more} more: see airloom check</div>}
    </details>
  );
}
