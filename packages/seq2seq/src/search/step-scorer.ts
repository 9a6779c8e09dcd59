/**
 * All that a search sees of a model: the tokens that hypotheses end with go in, log-probabilities of the next tokens come out. A
 * table of numbers is a step scorer too.
 *
 * Hypotheses are rows; those of one source lie together, and each source has as many.
 *
 * @typeParam State what the model carries from step to step, which a search only hands on
 */
export interface StepScorer<State = unknown> {
  /** V, how many tokens there are: 0…V−1 */
  readonly vocabularySize: number;
  /** Steps of each source; there are as many sources as lengths. */
  readonly sourceLengths: readonly number[];
  /** The state before the first token: one row for each source, in their order. */
  start(): State;
  /** Scores the next token of every row. The request's state stays as it is. */
  step(request: StepRequest<State>): Promise<StepScores<State>>;
  /** Frees what a state holds. */
  release(state: State): void;
}

/** One step of all rows. */
export interface StepRequest<State> {
  /** From `start`, or from the last step */
  readonly state: State;
  /** For each source that is still searched for, its place among those that the state is of: finished ones leave. */
  readonly sources: Int32Array;
  /** For each row of this step the row of the state that it goes on from, of the same source */
  readonly parents: Int32Array;
  /** The token that each row ends with */
  readonly tokens: Int32Array;
  /** How many of each row's most probable tokens are wanted: a number in 1…V, or all of them */
  readonly top: number | 'all';
  /** A token of each row whose log-probability is wanted whether it is among the top or not */
  readonly wanted?: Int32Array | undefined;
  /** Whether the attention over the source is wanted */
  readonly attention: boolean;
}

/** What a step gives, row by row. */
export interface StepScores<State> {
  /** The state after the step, in the order of its rows */
  readonly state: State;
  /**
   * `[rows · top]`: each row's most probable tokens, the most probable first and of equal ones the lower first. Absent where all are
   * wanted: they are 0…V−1, in this order.
   */
  readonly tokens?: Int32Array | undefined;
  /** Their log-probabilities, `[rows · top]` or `[rows · V]` */
  readonly logProbs: Float32Array;
  /** The log-probability of each row's wanted token, `[rows]` */
  readonly wantedLogProbs?: Float32Array | undefined;
  /** How much each row attends to each step of its source, `[rows · S]`, with S of at least the longest source of the step; 0 past a source's end */
  readonly attention?: Float32Array | undefined;
}
