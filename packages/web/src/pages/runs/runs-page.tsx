import { PageHead } from "../../app/page-head.tsx";

export function RunsPage() {
  return <PageHead title="Runs" />;
}
