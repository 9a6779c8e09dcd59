/**
 * A search's view of a model: the last tokens of the hypotheses go in, log-probabilities of the next tokens come out. A
 * table of numbers can be a step scorer too.
 *
 * Hypotheses are rows. The rows of one source are adjacent, and all sources have the same number of rows.
 *
 * @typeParam State the state that the model carries from step to step; a search only passes it on
 */
export interface StepScorer<State = unknown> {
  /** V, the number of tokens: 0…V−1 */
  readonly vocabularySize: number;
  /** Number of steps of each source. There are as many sources as lengths. */
  readonly sourceLengths: readonly number[];
  /** The state before the first token: one row for each source, in their order. */
  start(): State;
  /** Scores the next token of every row. It does not change the request's state. */
  step(request: StepRequest<State>): Promise<StepScores<State>>;
  /** Frees the resources of a state. */
  release(state: State): void;
}

/** One step of all rows. */
export interface StepRequest<State> {
  /** The state from `start`, or from the last step */
  readonly state: State;
  /**
   * For each source that the search continues, its index among the sources of the state. Finished sources are left out.
   */
  readonly sources: Int32Array;
  /** For each row of this step the row of the state that it continues, of the same source */
  readonly parents: Int32Array;
  /** The last token of each row */
  readonly tokens: Int32Array;
  /** How many of each row's most probable tokens are wanted: a number in 1…V, or 'all' */
  readonly top: number | 'all';
  /** One token of each row whose log-probability is wanted even if it is not among the top */
  readonly wanted?: Int32Array | undefined;
  /** Whether the attention over the source is wanted */
  readonly attention: boolean;
}

/** The results of a step, row by row. */
export interface StepScores<State> {
  /** The state after the step, in the order of its rows */
  readonly state: State;
  /**
   * `[rows · top]`: each row's most probable tokens, sorted by falling probability, the lower token first among ties.
   * Absent when all tokens are wanted: they are 0…V−1, in this order.
   */
  readonly tokens?: Int32Array | undefined;
  /** Their log-probabilities, `[rows · top]` or `[rows · V]` */
  readonly logProbs: Float32Array;
  /** The log-probability of each row's wanted token, `[rows]` */
  readonly wantedLogProbs?: Float32Array | undefined;
  /**
   * Each row's attention to each step of its source, `[rows · S]`, where S is at least the longest source of the step;
   * 0 past a source's end
   */
  readonly attention?: Float32Array | undefined;
}
