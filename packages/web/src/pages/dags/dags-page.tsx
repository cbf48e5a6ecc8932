import { PageHead } from "../../app/page-head.tsx";

export function DagsPage() {
  return <PageHead title="Dags" />;
}
