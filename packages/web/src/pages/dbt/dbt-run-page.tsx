import { PageHead } from "../../app/page-head.tsx";

export function DbtRunPage() {
  return <PageHead title="DbtRun" />;
}
