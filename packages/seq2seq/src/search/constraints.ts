import { ArgumentError } from '@unroll/backend/errors';
import { type LengthLimits, lengthLimits } from './length-limits.ts';
import type { Path } from './path.ts';
import type { SearchOptions } from './search-options.ts';
import type { StepScorer } from './step-scorer.ts';

/** The tokens that may follow a path. */
export interface Following {
  /** The only token that may follow, if one is forced */
  readonly forced?: number;
  /** When no token is forced: the tokens that may not follow. At least one token is not banned. */
  readonly banned: ReadonlySet<number>;
}

const nothing: ReadonlySet<number> = new Set();

/** Decides which tokens may follow the paths of one source. The rules depend on tokens alone, not on probabilities. */
export class Constraints {
  readonly limits: LengthLimits;
  readonly #prefix: readonly number[];
  readonly #vocabularySize: number;
  readonly #endToken: number;
  readonly #ngramSize: number | undefined;
  readonly #banned: ReadonlySet<number>;
  readonly #bannedWhileShort: ReadonlySet<number>;

  constructor(
    vocabularySize: number,
    { endToken, bannedTokens = [], noRepeatNgramSize }: SearchOptions,
    limits: LengthLimits,
    prefix: readonly number[],
  ) {
    this.limits = limits;
    this.#prefix = prefix;
    this.#vocabularySize = vocabularySize;
    this.#endToken = endToken;
    this.#ngramSize = noRepeatNgramSize;
    this.#banned = new Set(bannedTokens);
    this.#bannedWhileShort = new Set([...bannedTokens, endToken]);
  }

  /**
   * The tokens of the prefix come first. The end token is forced at the greatest length, and when all tokens are
   * banned.
   */
  following(path: Path): Following {
    const { length } = path;
    if (length < this.#prefix.length) return { forced: this.#prefix[length]!, banned: nothing };
    const banned = this.#bannedAfter(path);
    const mustEnd = length >= this.limits.most || banned.size === this.#vocabularySize;
    return mustEnd ? { forced: this.#endToken, banned: nothing } : { banned };
  }

  #bannedAfter(path: Path): ReadonlySet<number> {
    const banned = path.length < this.limits.least ? this.#bannedWhileShort : this.#banned;
    if (this.#ngramSize === undefined) return banned;
    const tokens = path.scored().map(({ token }) => token);
    return new Set([...banned, ...completions(tokens, this.#ngramSize)]);
  }
}

/** The tokens that would repeat a run of `size` tokens which the list already contains. */
export function completions(tokens: readonly number[], size: number): number[] {
  const begun = tokens.length - (size - 1);
  return tokens.filter((_, place) => {
    const from = place - (size - 1);
    if (from < 0) return false;
    for (let i = 0; i < size - 1; i++) {
      if (tokens[from + i] !== tokens[begun + i]) return false;
    }
    return true;
  });
}

/**
 * The constraints of each source.
 *
 * @throws when options contradict each other: the end token is banned or in a prefix, or a prefix is longer than the
 *   greatest length
 */
export function constraintsOf(owner: string, scorer: StepScorer, options: SearchOptions): Constraints[] {
  const { vocabularySize, sourceLengths } = scorer;
  const { endToken, bannedTokens = [] } = options;
  if (bannedTokens.includes(endToken)) {
    const fault = `holds ${endToken}, the end token; expected others: a hypothesis that may not end early has a minLength`;
    throw new ArgumentError(owner, 'bannedTokens', fault);
  }
  const prefixes = prefixesOf(owner, options, sourceLengths.length);
  return lengthLimits(owner, options, sourceLengths).map((limits, source) => {
    const prefix = prefixes[source]!;
    checkPrefix(owner, prefix, { source, endToken, most: limits.most });
    return new Constraints(vocabularySize, options, limits, prefix);
  });
}

function prefixesOf(
  owner: string,
  { prefix = [] }: SearchOptions,
  sources: number,
): readonly (readonly number[])[] {
  if (isOneList(prefix)) return Array.from({ length: sources }, () => prefix);
  if (prefix.length === sources) return prefix;
  const fault = `has ${prefix.length} lists; expected one list of tokens, or one for each of ${sources} sources`;
  throw new ArgumentError(owner, 'prefix', fault);
}

const isOneList = (prefix: NonNullable<SearchOptions['prefix']>): prefix is readonly number[] =>
  prefix.every((token) => typeof token === 'number');

function checkPrefix(
  owner: string,
  prefix: readonly number[],
  { source, endToken, most }: { source: number; endToken: number; most: number },
): void {
  if (prefix.includes(endToken)) {
    throw new ArgumentError(
      owner,
      'prefix',
      `holds ${endToken}, the end token, which nothing can follow; expected others`,
    );
  }
  if (prefix.length > most) {
    const fault = `has ${prefix.length} tokens; expected at most ${most}, the most tokens of source ${source}`;
    throw new ArgumentError(owner, 'prefix', fault);
  }
}
