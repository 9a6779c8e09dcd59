import type { StepRequest, StepScorer, StepScores } from '../src/search/step-scorer.ts';

/**
 * Gives the numbers for a source and the tokens of a hypothesis, without the start token: one for each token, or for
 * each step.
 */
export type Table = (source: number, tokens: readonly number[]) => readonly number[];

export interface TableOptions {
  readonly vocabularySize: number;
  readonly sourceLengths: readonly number[];
  /** Log-probabilities of the next token; they need not be normalised */
  readonly logProbs: Table;
  /** Attention of the step after the tokens; if absent, the scorer gives no attention */
  readonly attention?: Table;
  /** Called in the middle of each step, which awaits its result */
  readonly during?: (step: number) => unknown;
}

export interface TableState {
  readonly sources: readonly number[];
  /** The tokens of each row, with the start token */
  readonly prefixes: readonly (readonly number[])[];
}

/** A step scorer whose model is a function. It counts steps and states, and throws when it is misused. */
export class TableScorer implements StepScorer<TableState> {
  readonly vocabularySize: number;
  readonly sourceLengths: readonly number[];
  readonly logProbs: Table;
  readonly attention: Table | undefined;
  readonly requests: StepRequest<TableState>[] = [];
  readonly #during: TableOptions['during'];
  readonly #live = new Set<TableState>();

  constructor(options: TableOptions) {
    this.vocabularySize = options.vocabularySize;
    this.sourceLengths = options.sourceLengths;
    this.logProbs = options.logProbs;
    this.attention = options.attention;
    this.#during = options.during;
  }

  get steps(): number {
    return this.requests.length;
  }

  /** The number of states that were created and not released yet */
  get unreleased(): number {
    return this.#live.size;
  }

  start(): TableState {
    return this.#keep({
      sources: this.sourceLengths.map((_, source) => source),
      prefixes: this.sourceLengths.map(() => []),
    });
  }

  async step(request: StepRequest<TableState>): Promise<StepScores<TableState>> {
    this.requests.push(request);
    const state = this.#advanced(request);
    await this.#during?.(this.steps);
    if (!this.#live.has(request.state)) throw new Error('the state was released while the step ran');
    const tables = state.prefixes.map((prefix, row) =>
      this.#table(this.logProbs, sourceOf(state, row), prefix, this.vocabularySize),
    );
    const attention = request.attention ? this.#attention(state) : undefined;
    return { state: this.#keep(state), attention, ...this.#scores(tables, request) };
  }

  release(state: TableState): void {
    if (!this.#live.delete(state)) throw new Error('a state is released that is not there');
  }

  #keep(state: TableState): TableState {
    this.#live.add(state);
    return state;
  }

  #advanced({ state, sources, parents, tokens }: StepRequest<TableState>): TableState {
    if (!this.#live.has(state)) throw new Error('the state is not there');
    const places = [...sources];
    const kept = places.map((place) => state.sources[place]);
    if (places.length === 0) throw new Error('a step of no sources');
    if (kept.includes(undefined)) throw new Error('a source is not in the state');
    if (places.some((place, i) => i > 0 && place <= places[i - 1]!)) throw new Error('sources out of order');
    if (parents.length % places.length !== 0) throw new Error('sources have different numbers of rows');
    if (parents.length !== tokens.length) throw new Error('there is not a token for each row');
    const width = parents.length / places.length;
    const stateWidth = state.prefixes.length / state.sources.length;
    parents.forEach((parent, row) => {
      const place = places[Math.floor(row / width)]!;
      if (Math.floor(parent / stateWidth) !== place) throw new Error('a parent is of another source');
    });
    for (const token of tokens) {
      if (!(token >= 0 && token < this.vocabularySize)) throw new Error(`there is no token ${token}`);
    }
    const prefixes = Array.from(parents, (parent, row) => [...state.prefixes[parent]!, tokens[row]!]);
    return { sources: kept as number[], prefixes };
  }

  #table(table: Table, source: number, prefix: readonly number[], size: number): readonly number[] {
    const values = table(source, prefix.slice(1));
    if (values.length !== size) throw new Error(`the table has ${values.length} values; expected ${size}`);
    return values;
  }

  #attention(state: TableState): Float32Array | undefined {
    const { attention } = this;
    if (!attention) return undefined;
    const steps = Math.max(...state.sources.map((source) => this.sourceLengths[source]!));
    const all = new Float32Array(state.prefixes.length * steps);
    state.prefixes.forEach((prefix, row) => {
      const source = sourceOf(state, row);
      all.set(this.#table(attention, source, prefix, this.sourceLengths[source]!), row * steps);
    });
    return all;
  }

  #scores(tables: readonly (readonly number[])[], { top, wanted }: StepRequest<TableState>) {
    if (wanted && wanted.length !== tables.length)
      throw new Error('there is not a wanted token for each row');
    const wantedLogProbs = wanted && Float32Array.from(wanted, (token, row) => tables[row]![token]!);
    if (top === 'all') return { logProbs: Float32Array.from(tables.flat()), wantedLogProbs };
    if (!(Number.isInteger(top) && top >= 1 && top <= this.vocabularySize)) throw new Error(`top is ${top}`);
    const tokens = Int32Array.from(tables.flatMap((table) => mostProbable(table, top)));
    const logProbs = Float32Array.from(tokens, (token, i) => tables[Math.floor(i / top)]![token]!);
    return { tokens, logProbs, wantedLogProbs };
  }
}

const sourceOf = ({ sources, prefixes }: TableState, row: number): number =>
  sources[Math.floor((row * sources.length) / prefixes.length)]!;

/** The most probable tokens, the lower token first among values that are equal in float32. */
function mostProbable(table: readonly number[], count: number): number[] {
  const rounded = Float32Array.from(table);
  const tokens = table.map((_, token) => token);
  const later = (a: number, b: number) =>
    rounded[a] === rounded[b] ? a - b : rounded[a]! > rounded[b]! ? -1 : 1;
  return tokens.sort(later).slice(0, count);
}
