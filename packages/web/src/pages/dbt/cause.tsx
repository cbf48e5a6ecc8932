import type { DbtRun } from "./dbt-wire.ts";

/** By this mark the provider finds its own run again; it says nothing to people. */
const MARK = /\s*\[airloom:[^\]]*\]\s*$/u;

/** Why a run was started; on hover the whole text with the provider's mark. */
export function Cause({ run }: { readonly run: DbtRun }) {
  const cause = run.trigger?.cause ?? "";
  return <span title={cause}>{cause.replace(MARK, "")}</span>;
}
