import { Empty } from "../ui/empty.tsx";
import { PageHead } from "./page-head.tsx";

/** A page that the signed-in person may not see: it says so, and asks the server for nothing. */
export function RefusedPage({
  title,
  refusal,
  hint,
}: {
  readonly title: string;
  readonly refusal: string;
  /** What can be done instead. */
  readonly hint: string;
}) {
  return (
    <>
      <PageHead title={title} />
      <Empty title={`You may not see the ${title.toLowerCase()}`}>
        <p>
          {refusal}. {hint}
        </p>
      </Empty>
    </>
  );
}
