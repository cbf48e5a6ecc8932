import type { UiCodeFrame } from "@airloom/api";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { BrokenFileDialog } from "./broken-file-dialog.tsx";

/** The way to the text of a file that cannot be read. */
export function FileAction({ error }: { readonly error: UiCodeFrame }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        Open file
      </Button>
      {isOpen && <BrokenFileDialog error={error} onClose={() => setOpen(false)} />}
    </>
  );
}
