import { ArgumentError } from '@unroll/backend/errors';
import { type Constraints, constraintsOf, type Following } from './constraints.ts';
import { Path } from './path.ts';
import type { SearchOptions } from './search-options.ts';
import type { ScoredRow, SourceSearch } from './source-search.ts';
import { type Question, StepRows } from './step-rows.ts';
import type { StepScorer, StepScores } from './step-scorer.ts';

/** The properties of one kind of search. */
export interface SearchPlan {
  /** The function that a user called; errors name it */
  readonly owner: string;
  readonly options: SearchOptions;
  /** Number of rows of each source. In the first step each source has one row instead. */
  readonly width: number;
  /** How many allowed next tokens the search wants for each row */
  readonly candidates: number | 'all';
  /** The option that needs the scorer's attention, if any */
  readonly attention: string | undefined;
  /** Whether paths sum up their attention */
  readonly coverage: boolean;
  /** @param mostTokens the greatest number of tokens of the source's hypotheses, without the end token */
  startSource(root: Path, mostTokens: number): SourceSearch;
}

/** A row of the requested step: a path, and the tokens that may follow it. */
interface AskedRow {
  readonly path: Path;
  readonly following: Following;
  readonly source: number;
  /** The row's index among the rows of its source; `place` is its index among all rows */
  readonly row: number;
  readonly place: number;
}

/**
 * Finished sources leave the batch when at least one in eight is finished: before that, their rows cost less than new
 * shapes would.
 */
const LEAVE_WHEN_ONE_OF = 8;
/** The number of requested top tokens is a multiple of this, so that steps have few different shapes. */
const TOP_MULTIPLE = 4;

/**
 * Holds the searches of all sources and assigns them rows. It asks the scorer one question for all searches, and gives
 * each search its answers. It neither runs steps nor holds a state.
 */
export class Batch {
  readonly searches: readonly SourceSearch[];
  readonly #plan: SearchPlan;
  readonly #scorer: StepScorer;
  readonly #constraints: readonly Constraints[];
  /** The sources of the current state, in the order of the state's rows */
  #sources: readonly number[];
  /** Number of rows of each source in the current state */
  #width = 1;
  #isFirst = true;
  #question: Question | undefined;
  #asked: readonly AskedRow[] = [];

  constructor(scorer: StepScorer, plan: SearchPlan) {
    const { owner, options, coverage } = plan;
    this.#plan = plan;
    this.#scorer = scorer;
    this.#constraints = constraintsOf(owner, scorer, options);
    this.#sources = scorer.sourceLengths.map((_, source) => source);
    this.searches = scorer.sourceLengths.map((steps, source) => {
      const root = Path.root(options.startToken, coverage ? steps : undefined);
      return plan.startSource(root, this.#constraints[source]!.limits.most);
    });
  }

  get isFinished(): boolean {
    return this.#sources.every((source) => this.#isFinished(source));
  }

  /**
   * The next step of all open paths. Unused rows repeat a row of their source, so that all sources have the same number
   * of rows.
   */
  ask(): Question {
    const { width: laterWidth, attention, options } = this.#plan;
    const places = this.#stayingPlaces();
    const width = this.#isFirst ? 1 : laterWidth;
    const asked: AskedRow[] = [];
    const parents = new Int32Array(places.length * width);
    const tokens = new Int32Array(places.length * width);
    places.forEach((place, index) => {
      const source = this.#sources[place]!;
      const { paths } = this.searches[source]!;
      for (let row = 0; row < width; row++) {
        const { last } = paths[row] ?? paths[0] ?? { last: { row: 0, token: options.endToken } };
        parents[index * width + row] = place * this.#width + last.row;
        tokens[index * width + row] = last.token;
      }
      paths.slice(0, width).forEach((path, row) => {
        const following = this.#constraints[source]!.following(path);
        asked.push({ path, following, source, row, place: index * width + row });
      });
    });
    const wanted = this.#wanted(asked, tokens.length);
    const top = this.#top(asked);
    const sources = Int32Array.from(places);
    this.#sources = places.map((place) => this.#sources[place]!);
    this.#width = width;
    this.#isFirst = false;
    this.#asked = asked;
    this.#question = { sources, parents, tokens, top, wanted, attention: attention !== undefined };
    return this.#question;
  }

  /** Passes the answer to the last question on to the searches, each with the scores of its paths. */
  answer(scores: StepScores<unknown>): void {
    const { owner, candidates } = this.#plan;
    const { vocabularySize } = this.#scorer;
    const rows = new StepRows(owner, this.#question!, scores, vocabularySize);
    const limit = candidates === 'all' ? vocabularySize : candidates;
    const bySource = new Map<number, ScoredRow[]>();
    for (const { path, following, source, row, place } of this.#asked) {
      const scored = rows.following(place, following, limit);
      const attention = this.#attention(rows, place, source);
      const ofSource = bySource.get(source) ?? [];
      bySource.set(source, ofSource);
      ofSource.push({ path, row, attention, ...scored });
    }
    for (const [source, scored] of bySource) this.searches[source]!.advance(scored);
  }

  #isFinished(source: number): boolean {
    return this.searches[source]!.paths.length === 0;
  }

  #stayingPlaces(): number[] {
    const places = this.#sources.map((_, place) => place);
    const staying = places.filter((place) => !this.#isFinished(this.#sources[place]!));
    const finished = places.length - staying.length;
    return finished * LEAVE_WHEN_ONE_OF >= places.length ? staying : places;
  }

  /**
   * The number of top tokens to request: enough that the wanted number of tokens remains when all banned tokens are
   * among them.
   */
  #top(asked: readonly AskedRow[]): number | 'all' {
    const { candidates } = this.#plan;
    const free = asked.filter(({ following }) => following.forced === undefined);
    if (free.length > 0 && candidates === 'all') return 'all';
    const counts = free.map(({ following }) => Number(candidates) + following.banned.size);
    const needed = Math.max(1, ...counts);
    return Math.min(Math.ceil(needed / TOP_MULTIPLE) * TOP_MULTIPLE, this.#scorer.vocabularySize);
  }

  #wanted(asked: readonly AskedRow[], rows: number): Int32Array | undefined {
    if (asked.every(({ following }) => following.forced === undefined)) return undefined;
    const wanted = new Int32Array(rows).fill(this.#plan.options.endToken);
    for (const { following, place } of asked) wanted[place] = following.forced ?? this.#plan.options.endToken;
    return wanted;
  }

  #attention(rows: StepRows, place: number, source: number): Float32Array | undefined {
    const { owner, attention: option } = this.#plan;
    if (option === undefined) return undefined;
    const attention = rows.attention(place, this.#scorer.sourceLengths[source]!);
    if (attention) return attention;
    throw new ArgumentError(
      owner,
      option,
      'needs attention over all steps of a source; the scorer gives none',
    );
  }
}
