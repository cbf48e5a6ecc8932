import type { Connection, UiConnectionField, UiConnectionType } from "@airloom/api";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useServices } from "../../app/services.ts";
import { useEntryActions } from "../../app/use-entry-actions.ts";
import { useRefusal } from "../../app/use-refusal.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { Choice, SelectField, TextField } from "../../ui/field.tsx";
import {
  bodyOf,
  type FormValues,
  findProblem,
  isSecretKept,
  isSecretWithheld,
  valuesOf,
} from "./connection-values.ts";
import { connectionTypeOf, connectionTypesOf } from "./general-types.ts";
import { TestPanel } from "./test-panel.tsx";

/** Makes, changes, tests or deletes one connection. The test takes what stands in the form, saved or not. */
export function ConnectionForm({
  stored,
  types,
  onDone,
}: {
  readonly stored: Connection | undefined;
  readonly types: readonly UiConnectionType[];
  readonly onDone: (id: string | undefined) => void;
}) {
  const { api, toasts } = useServices();
  const [id, setId] = useState(stored?.connection_id ?? "");
  const [typeName, setTypeName] = useState(stored?.conn_type ?? types[0]?.conn_type ?? "");
  const [values, setValues] = useState(valuesOf(stored));
  const type = connectionTypeOf(types, typeName);
  const form = { values, stored };
  const problem = findProblem(id, type, form);
  const refusal =
    useRefusal("admin") ??
    (stored?.origin === "environment" ? "Set by the environment" : undefined);

  const [isAsking, setAsking] = useState(false);
  const { save, remove } = useEntryActions({
    noun: "connection",
    name: id,
    queryKey: "connections",
    save: async () => {
      const body = bodyOf(id, type, form);
      const { cleared_secrets: cleared } = await (stored === undefined
        ? api.createConnection({ body })
        : api.patchConnection({ connection_id: id, body }));
      if (cleared.length > 0) {
        const names = cleared.join(", ");
        toasts.show(`${id} goes to another place now: give its secrets again (${names})`, {
          tone: "bad",
        });
      }
    },
    remove: () => api.deleteConnection({ connection_id: id }),
    onDone: (outcome) => onDone(outcome === "saved" ? id : undefined),
  });
  const test = useMutation({
    mutationFn: () => api.testConnection({ body: bodyOf(id, type, form) }),
  });

  return (
    <>
      <form
        className="panel connection-form"
        aria-label="Connection"
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === undefined && refusal === undefined) save.mutate();
        }}
      >
        <header className="panel-head">
          <h2>{stored?.connection_id ?? "New connection"}</h2>
          <span className="tag">{type.label}</span>
        </header>
        <div className="connection-body">
          <div className="connection-fields">
            <div className="two-fields">
              <TextField
                label="Connection ID"
                value={id}
                onChange={setId}
                isReadOnly={stored !== undefined}
                isAutoFocused={stored === undefined}
                hint="Letters, digits, dots, dashes, underscores."
              />
              <SelectField
                label="Connection type"
                value={typeName}
                onChange={setTypeName}
                options={typeOptions(types, type)}
                hint="Sets the fields below."
              />
            </div>
            {type.fields.map((field) => (
              <FormField
                key={field.name}
                field={field}
                value={values[field.name] ?? ""}
                isKept={isSecretKept(type, form)}
                onChange={(value) => setValues({ ...values, [field.name]: value })}
              />
            ))}
            <TextField
              label="Dags"
              isOptional
              value={values["dags"] ?? ""}
              onChange={(dags) => setValues({ ...values, dags })}
              placeholder="Every Dag"
              hint="Only these may use it: IDs, patterns or tags, such as sales_*, tag:finance. Empty: every Dag."
            />
            <TextField
              label="Description"
              isOptional
              value={values["description"] ?? ""}
              onChange={(description) => setValues({ ...values, description })}
            />
          </div>
          <TestPanel
            connectionId={id}
            test={test}
            isSecretWithheld={isSecretWithheld(type, form)}
          />
        </div>
        <footer className="panel-foot">
          {stored !== undefined && (
            <Button
              tone="danger"
              icon="trash"
              disabledReason={refusal}
              onClick={() => setAsking(true)}
            >
              Delete
            </Button>
          )}
          <span className="grow small problem" role="alert">
            {save.error?.message}
          </span>
          <span className="small text-2">{refusal ?? (id === "" ? undefined : problem)}</span>
          <Button onClick={() => onDone(undefined)}>Cancel</Button>
          <Button
            acts
            icon="plug"
            disabledReason={problem ?? (test.isPending ? "Testing" : undefined)}
            onClick={() => test.mutate()}
          >
            Test
          </Button>
          <Button type="submit" tone="primary" disabledReason={refusal ?? problem}>
            {stored === undefined ? "Create" : "Save changes"}
          </Button>
        </footer>
      </form>
      {isAsking && (
        <ConfirmDialog
          title={`Delete connection ${id}?`}
          action="Delete connection"
          isPending={remove.isPending}
          problem={remove.error?.message}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsking(false)}
        >
          <p>
            Its secrets are gone. Tasks that name it fail until there is one of that name again.
          </p>
        </ConfirmDialog>
      )}
    </>
  );
}

function typeOptions(types: readonly UiConnectionType[], current: UiConnectionType) {
  const all = connectionTypesOf(types);
  const isListed = all.some(({ conn_type }) => conn_type === current.conn_type);
  return (isListed ? all : [...all, current]).map(({ conn_type, label }) => ({
    value: conn_type,
    label,
  }));
}

function FormField({
  field,
  value,
  isKept,
  onChange,
}: {
  readonly field: UiConnectionField;
  readonly value: string;
  /** A secret is stored: an empty field keeps it. */
  readonly isKept: boolean;
  readonly onChange: (value: FormValues[string]) => void;
}) {
  const { label, kind, help, placeholder, options, required } = field;
  const shared = { label, value, onChange, isOptional: !required, hint: help ?? undefined };
  switch (kind) {
    case "boolean":
      return (
        <Choice
          label={label}
          hint={help}
          isChosen={value === "true"}
          onChange={(isChosen) => onChange(String(isChosen))}
        />
      );
    case "select":
      return (
        <SelectField
          {...shared}
          options={options.map((option) => ({ value: option, label: option }))}
        />
      );
    case "secret":
      return (
        <TextField
          {...shared}
          type="password"
          autoComplete="new-password"
          placeholder={isKept ? "Stored. Type to replace it." : (placeholder ?? undefined)}
          hint={`${help === null ? "" : `${help}. `}Encrypted at rest, never shown again.`}
        />
      );
    case "number":
    case "text":
      return (
        <TextField
          {...shared}
          type={kind === "number" ? "number" : "text"}
          isMono={field.name === "extra"}
          lines={field.name === "extra" ? 4 : 1}
          placeholder={placeholder ?? undefined}
        />
      );
  }
}
