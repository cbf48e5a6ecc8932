import type { ConnectionTest } from "@airloom/api";
import type { UseMutationResult } from "@tanstack/react-query";
import { Instant } from "../../app/time.tsx";
import { StateIcon } from "../../states/state-icon.tsx";
import { TASK_LOOKS } from "../../states/task-state.ts";
import { Command } from "../../ui/command.tsx";
import { Facts } from "../../ui/facts.tsx";
import { variableNameOf } from "./connection-values.ts";

/** What the last test saw, and the other way to set the connection. */
export function TestPanel({
  connectionId,
  test,
  isSecretWithheld,
}: {
  readonly connectionId: string;
  readonly test: UseMutationResult<ConnectionTest, Error, void>;
  readonly isSecretWithheld: boolean;
}) {
  return (
    <aside className="connection-test stack" aria-label="Test">
      <div className="row between">
        <h2>Test</h2>
        {test.submittedAt > 0 && (
          <span className="text-3 small">
            <Instant at={new Date(test.submittedAt).toISOString()} />
          </span>
        )}
      </div>
      <div aria-live="polite">
        <Result test={test} />
      </div>
      {isSecretWithheld && (
        <p className="text-2 small">
          A stored secret goes only to the host it was saved for: type it again to test another.
        </p>
      )}
      {connectionId !== "" && (
        <>
          <h2>As an environment variable</h2>
          <Command text={variableNameOf(connectionId)} />
          <p className="text-2 small">
            A URI or JSON; wins over this form when it is set, Dags included.
          </p>
        </>
      )}
    </aside>
  );
}

function Result({ test }: { readonly test: UseMutationResult<ConnectionTest, Error, void> }) {
  if (test.isPending) return <p className="text-2 small">Asking the other side</p>;
  if (test.error !== null) return <p className="small problem">{test.error.message}</p>;
  if (test.data === undefined) {
    return <p className="text-2 small">Takes what stands in the form, saved or not.</p>;
  }
  const { status, message, facts } = test.data;
  return (
    <div className={status ? "test-result good" : "test-result bad"}>
      <div className="row">
        <StateIcon look={status ? TASK_LOOKS.success : TASK_LOOKS.failed} />
        <b className="grow">{message}</b>
      </div>
      <Facts facts={Object.fromEntries(facts.map(({ label, value }) => [label, value]))} />
    </div>
  );
}
