/** One page of a longer list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** How many there are in all. */
  readonly total: number;
}

/** Which page: `limit` is 1 to 1,000. */
export interface PageRequest {
  readonly limit: number;
  readonly offset: number;
  /** Field names of the item, with `-` in front for descending, as in Airflow's `order_by`. */
  readonly orderBy?: readonly string[];
}
