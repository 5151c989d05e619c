/** A row that both packages can run. */
export interface RowName {
  readonly part: string;
  readonly name: string;
}

/** What a side is asked for; it answers each request with one message. */
export type Request =
  /** The rows that it knows. */
  | {readonly do: 'list'}
  /** Prepares a row, runs it until it has settled, and gives its result. */
  | {readonly do: 'prepare'; readonly row: RowName}
  /** Times some runs. */
  | {readonly do: 'turn'}
  /** Frees what the row holds. */
  | {readonly do: 'dispose'};

export interface Answers {
  readonly list: readonly RowName[];
  /** The result of a row, and the most that another may be off. */
  readonly prepare: {readonly values: Float32Array; readonly bound: number};
  /** The shortest time in ms. */
  readonly turn: number;
  readonly dispose: null;
}

/** What comes back: an answer, or what went wrong. */
export type Answer = {readonly answer: Answers[keyof Answers]} | {readonly error: string};
