import type { Role } from "@airloom/api";
import type { ReactNode } from "react";
import { Empty } from "../ui/empty.tsx";
import { PageHead } from "./page-head.tsx";
import { useRefusal } from "./use-refusal.ts";

/** A page that needs a role: without it, it says so and asks the server for nothing. */
export function ForRole({
  least,
  title,
  hint,
  children,
}: {
  readonly least: Role;
  readonly title: string;
  /** What the page holds, or what can be done instead. */
  readonly hint: string;
  readonly children: ReactNode;
}) {
  const refusal = useRefusal(least);
  if (refusal === undefined) return children;
  return (
    <>
      <PageHead title={title} />
      <Empty title={`You may not see the ${title.toLowerCase()}`}>
        <p>
          {refusal}. {hint}
        </p>
      </Empty>
    </>
  );
}
