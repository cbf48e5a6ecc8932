import type { UiCodeFrame } from "@airloom/api";
import { Link } from "@tanstack/react-router";
import { CopyButton } from "../../ui/copy-button.tsx";
import { placeOf } from "./place-of.ts";

/** The way to the file: its code where a version of it was read, else its place for an editor. */
export function FileAction({ error }: { readonly error: UiCodeFrame }) {
  const [dagId] = error.dag_ids;
  if (dagId === undefined) return <CopyButton text={placeOf(error)} label="Copy place" />;
  return (
    <Link className="button small" to="/dags/$dagId" params={{ dagId }} search={{ tab: "code" }}>
      Open file
    </Link>
  );
}
