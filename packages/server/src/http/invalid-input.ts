/** One thing that is wrong with a request, in the shape Airflow's clients read. */
export interface InputIssue {
  /** `path`, `query` or `body`, then the way to the value. */
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly type: string;
}

/** A request that does not fit its schema: answered with 422. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  readonly issues: readonly InputIssue[];

  constructor(issues: readonly InputIssue[]) {
    super("The request does not fit");
    this.issues = issues;
  }
}
