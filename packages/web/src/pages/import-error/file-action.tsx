import type { UiCodeFrame } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { placeOf } from "./place-of.ts";

/** The way to the file: its code where a version of it was read, else its place for an editor. */
export function FileAction({ error }: { readonly error: UiCodeFrame }) {
  const [isCopied, setCopied] = useState(false);
  const [dagId] = error.dag_ids;
  if (dagId !== undefined) {
    return (
      <Link className="button small" to="/dags/$dagId" params={{ dagId }} search={{ tab: "code" }}>
        Open file
      </Link>
    );
  }
  return (
    <Button
      size="small"
      icon={isCopied ? "check" : "copy"}
      title={placeOf(error)}
      onClick={() => {
        void navigator.clipboard.writeText(placeOf(error)).then(() => setCopied(true));
      }}
    >
      {isCopied ? "Copied" : "Copy place"}
    </Button>
  );
}
