import { useQuery } from "@tanstack/react-query";
import { xcomsQuery } from "../../api/queries.ts";
import { QueryView } from "../../app/query-view.tsx";
import { useApi } from "../../app/services.ts";
import { Instant } from "../../app/time.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { Empty } from "../../ui/empty.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { AttemptView } from "./task-page.tsx";

/** What the task passed on, value by value. */
export function TaskXComs({ view: { key } }: { readonly view: AttemptView }) {
  const query = useQuery(xcomsQuery(useApi(), key));
  return (
    <QueryView query={query}>
      {(xcoms) =>
        xcoms.length === 0 ? (
          <Empty title="Nothing passed on">
            <p>What the task returns appears here as return_value.</p>
          </Empty>
        ) : (
          <div className="stack">
            {xcoms.map((xcom) => {
              const text = JSON.stringify(xcom.value, null, 2);
              return (
                <Panel
                  key={xcom.key}
                  title={<span className="mono">{xcom.key}</span>}
                  hint={<Instant at={xcom.timestamp} />}
                  actions={<CopyButton text={text} label={`Copy ${xcom.key}`} />}
                >
                  <pre className="code padded">{text}</pre>
                </Panel>
              );
            })}
          </div>
        )
      }
    </QueryView>
  );
}
