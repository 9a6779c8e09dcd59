/** A scored token, and the row that scored it. */
export interface ScoredToken {
  readonly token: number;
  /** Its log-probability, given all tokens before it */
  readonly logProb: number;
  /** The row that scored it, counted within its source */
  readonly row: number;
  /** Its attention to the source's steps */
  readonly attention?: Float32Array | undefined;
}

/**
 * A hypothesis during the search: its last token and the path to the token before. Hypotheses with the same beginning
 * share it, so that one more token costs one object.
 */
export class Path {
  readonly parent: Path | undefined;
  readonly last: ScoredToken;
  /** The number of scored tokens */
  readonly length: number;
  /** The sum of their log-probabilities, in double precision */
  readonly logProb: number;
  /** The sum of their attention to each of the source's steps; present when the root has coverage */
  readonly coverage: Float64Array | undefined;

  private constructor(parent: Path | undefined, last: ScoredToken, coverage: Float64Array | undefined) {
    this.parent = parent;
    this.last = last;
    this.length = parent ? parent.length + 1 : 0;
    this.logProb = parent ? parent.logProb + last.logProb : 0;
    this.coverage = coverage;
  }

  /**
   * The path with which all others begin: the start token, which is not scored.
   *
   * @param steps number of steps of the source, when coverage is kept
   */
  static root(startToken: number, steps?: number): Path {
    const coverage = steps === undefined ? undefined : new Float64Array(steps);
    return new Path(undefined, { token: startToken, logProb: 0, row: 0 }, coverage);
  }

  extend(next: ScoredToken): Path {
    const coverage = this.coverage?.map((sum, step) => sum + next.attention![step]!);
    return new Path(this, next, coverage);
  }

  /** The scored tokens, the first token first. */
  scored(): ScoredToken[] {
    const scored: ScoredToken[] = [];
    for (let path: Path = this; path.parent; path = path.parent) scored.push(path.last);
    return scored.reverse();
  }
}

/** The longest common beginning of paths with the same root. */
export function sharedBeginning([first, ...others]: readonly [Path, ...Path[]]): Path {
  return others.reduce(sharedByTwo, first);
}

function sharedByTwo(one: Path, other: Path): Path {
  let [a, b] = [one, other];
  while (a !== b) {
    if (a.length >= b.length) a = a.parent!;
    else b = b.parent!;
  }
  return a;
}
