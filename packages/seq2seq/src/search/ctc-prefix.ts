/** Adds the numbers whose logarithms are given, and returns the logarithm of their sum. */
export function logAdd(a: number, b: number): number {
  const greater = Math.max(a, b);
  return greater === Number.NEGATIVE_INFINITY ? greater : greater + Math.log1p(Math.exp(-Math.abs(a - b)));
}

/** Log-probabilities of the alignments of a prefix with the frames so far. */
export interface CtcMass {
  /** Of the alignments whose last class is the blank */
  readonly blank: number;
  /** Of the alignments whose last class is the prefix's last token */
  readonly token: number;
}

/** A sequence of tokens in the tree of all prefixes that a search kept, one object for each sequence. */
export class CtcPrefix {
  readonly parent: CtcPrefix | undefined;
  /** The last token; undefined for the prefix without tokens */
  readonly token: number | undefined;
  /** The number of tokens */
  readonly length: number;
  /** The language model's log-probability of all tokens */
  readonly language: number;
  /** Undefined while the prefix is not in the beam */
  mass: CtcMass | undefined;
  /** The log-probability of all its alignments */
  logProb = Number.NEGATIVE_INFINITY;
  readonly #children = new Map<number, CtcPrefix>();
  readonly #languageOfNext = new Map<number, number>();

  private constructor(parent: CtcPrefix | undefined, token: number | undefined, language: number) {
    this.parent = parent;
    this.token = token;
    this.length = parent ? parent.length + 1 : 0;
    this.language = language;
  }

  /** The prefix without tokens, before the first frame. */
  static empty(): CtcPrefix {
    const empty = new CtcPrefix(undefined, undefined, 0);
    empty.hold({ blank: 0, token: Number.NEGATIVE_INFINITY });
    return empty;
  }

  hold(mass: CtcMass | undefined): void {
    this.mass = mass;
    if (mass) this.logProb = logAdd(mass.blank, mass.token);
  }

  tokens(): number[] {
    const tokens: number[] = [];
    for (let prefix: CtcPrefix | undefined = this; prefix?.parent; prefix = prefix.parent) {
      tokens.push(prefix.token!);
    }
    return tokens.reverse();
  }

  /** The prefix that is longer by a token, if the search has kept it. */
  known(token: number): CtcPrefix | undefined {
    return this.#children.get(token);
  }

  extended(token: number): CtcPrefix {
    const known = this.#children.get(token);
    if (known) return known;
    const child = new CtcPrefix(this, token, this.language + (this.#languageOfNext.get(token) ?? 0));
    this.#children.set(token, child);
    return child;
  }

  /** The language model's log-probability of a next token, computed once. */
  languageOf(token: number, compute: (prefix: readonly number[], token: number) => number): number {
    const known = this.#languageOfNext.get(token);
    if (known !== undefined) return known;
    const computed = compute(this.tokens(), token);
    this.#languageOfNext.set(token, computed);
    return computed;
  }
}
