import { Facts } from "../../ui/facts.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { AttemptView } from "./task-page.tsx";

/** The templated fields as they were when the task started. */
export function TaskRendered({ view: { instance } }: { readonly view: AttemptView }) {
  const facts = Object.fromEntries(
    Object.entries(instance.rendered_fields).map(([name, value]) => [
      name,
      <pre key={name} className="mono prose">
        {typeof value === "string" ? value : JSON.stringify(value, null, 2)}
      </pre>,
    ]),
  );
  return (
    <Panel title="Rendered fields">
      <div className="panel-body">
        <Facts facts={facts} />
      </div>
    </Panel>
  );
}
