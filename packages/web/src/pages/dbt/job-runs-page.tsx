import { PageHead } from "../../app/page-head.tsx";

export function JobRunsPage() {
  return <PageHead title="JobRuns" />;
}
