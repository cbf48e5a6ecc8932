import type { UiCodeFrame } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Instant } from "../../app/time.tsx";
import { CodeFrame } from "../../ui/code-frame.tsx";
import { placeOf } from "./place-of.ts";

/** What is wrong with a Dag file, where, what that means for its Dags, and the lines around it. */
export function ImportErrorText({
  error,
  action,
  isFrameOpen = true,
}: {
  readonly error: UiCodeFrame;
  readonly action?: ReactNode;
  /** Else the lines around it come on request. */
  readonly isFrameOpen?: boolean;
}) {
  const { code_frame: frame } = error;
  return (
    <div className="import-error">
      <div>
        <div>
          <b>{placeOf(error)}</b>: <span className="pre-line">{error.message}</span>
        </div>
        <div className="text-2 small">
          Import error <Instant at={error.timestamp} />. <Consequence dagIds={error.dag_ids} />
        </div>
      </div>
      {action !== undefined && <div>{action}</div>}
      {frame !== null && isFrameOpen && <CodeFrame text={frame} />}
      {frame !== null && !isFrameOpen && (
        <details className="framed-later">
          <summary className="link small">Code</summary>
          <CodeFrame text={frame} />
        </details>
      )}
    </div>
  );
}

function Consequence({ dagIds }: { readonly dagIds: readonly string[] }) {
  if (dagIds.length === 0) return "Its Dags appear once it can be read.";
  return (
    <>
      The last good version of{" "}
      {dagIds.map((dagId, index) => (
        <span key={dagId}>
          {index > 0 && ", "}
          <Link to="/dags/$dagId" params={{ dagId }} className="link">
            {dagId}
          </Link>
        </span>
      ))}{" "}
      stays in force.
    </>
  );
}
