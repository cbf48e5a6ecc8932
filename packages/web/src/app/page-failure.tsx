import type { ErrorComponentProps } from "@tanstack/react-router";
import { Button } from "../ui/button.tsx";
import { Empty } from "../ui/empty.tsx";
import { TabTitle } from "./page-head.tsx";

/** For a page that broke: the message, and a way back in. */
export function PageFailure({ error, reset }: ErrorComponentProps) {
  return (
    <main>
      <TabTitle title="Broken page" tone="failed" />
      <Empty title="This page broke">
        <p className="mono">{error instanceof Error ? error.message : String(error)}</p>
        <Button icon="redo" onClick={reset}>
          Try again
        </Button>
      </Empty>
    </main>
  );
}
