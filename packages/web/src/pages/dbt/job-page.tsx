import { PageHead } from "../../app/page-head.tsx";

export function JobPage() {
  return <PageHead title="Job" />;
}
