import { PageHead } from "../../app/page-head.tsx";

export function TaskPage() {
  return <PageHead title="Task" />;
}
