import { PageHead } from "../../app/page-head.tsx";

export function RunPage() {
  return <PageHead title="Run" />;
}
