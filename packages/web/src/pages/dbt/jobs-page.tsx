import { PageHead } from "../../app/page-head.tsx";

export function JobsPage() {
  return <PageHead title="Jobs" />;
}
