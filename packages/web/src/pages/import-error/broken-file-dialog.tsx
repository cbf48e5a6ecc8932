import type { UiCodeFrame } from "@airloom/api";
import { useQuery } from "@tanstack/react-query";
import { brokenFileQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { Button } from "../../ui/button.tsx";
import { CodeView } from "../../ui/code-view.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { placeOf } from "./place-of.ts";

/** A Dag file as it was read when it could not be imported: not the version that is in force. */
export function BrokenFileDialog({
  error,
  onClose,
}: {
  readonly error: UiCodeFrame;
  readonly onClose: () => void;
}) {
  const query = useQuery(brokenFileQuery(useApi(), error.import_error_id, error.timestamp));
  return (
    <Dialog
      title={error.filename}
      hint={
        <>
          As it was read <Instant at={error.timestamp} />. {error.message}
        </>
      }
      onClose={onClose}
      onSubmit={onClose}
      foot={
        <>
          <CopyButton text={placeOf(error)} label="Copy place" />
          <Button type="submit">Close</Button>
        </>
      }
    >
      <QueryView query={query}>
        {({ content }) => (
          <CodeView
            text={content ?? "// Its text was not kept: it is there once the file is read again."}
            hit={error.line}
            language="typescript"
            label="Text of the file"
          />
        )}
      </QueryView>
    </Dialog>
  );
}
