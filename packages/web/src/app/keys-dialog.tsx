import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { KEYS } from "./keys.ts";

/** Every key and what it does. */
export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog
      title="Keys"
      hint="Enter opens the focused row; Esc closes what is open."
      isNarrow
      onClose={onClose}
      onSubmit={onClose}
      foot={<Button type="submit">Close</Button>}
    >
      <dl className="facts">
        {KEYS.map(({ keys, label }) => (
          <div key={keys} className="key-line">
            <dt className="row">
              {keys.split(/[ +]/u).map((key) => (
                <kbd key={key}>{key.length === 1 ? key.toUpperCase() : key}</kbd>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
