/** One operation of an OpenAPI document. */
export interface DocumentOperation {
  readonly id: string;
  /** In capitals. */
  readonly method: string;
  /** With its parameters in braces: `/api/v2/dags/{dag_id}`. */
  readonly path: string;
  readonly hasBody: boolean;
  /** Names of its query parameters. */
  readonly query: readonly string[];
}

interface Described {
  readonly operationId: string;
  readonly requestBody?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

/** Every operation of a document, so that a matrix of permissions leaves out none. */
export function listDocumentOperations(document: unknown): readonly DocumentOperation[] {
  const { paths } = JSON.parse(JSON.stringify(document)) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      id: operation.operationId,
      method: method.toUpperCase(),
      path,
      hasBody: operation.requestBody !== undefined,
      query: (operation.parameters ?? []).flatMap(({ name, in: place }) =>
        place === "query" ? [name] : [],
      ),
    })),
  );
}
