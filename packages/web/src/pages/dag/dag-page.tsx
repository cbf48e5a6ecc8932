import { PageHead } from "../../app/page-head.tsx";

export function DagPage() {
  return <PageHead title="Dag" />;
}
