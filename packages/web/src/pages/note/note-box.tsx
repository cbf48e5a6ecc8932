/** What a person wrote on a run or a task instance. */
export function NoteBox({ note }: { readonly note: string | null }) {
  if (note === null || note === "") return null;
  return (
    <section className="note" aria-label="Note">
      <b>Note</b>
      <span className="grow prose">{note}</span>
    </section>
  );
}
