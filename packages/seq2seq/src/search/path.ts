/** A token that was scored, and where. */
export interface ScoredToken {
  readonly token: number;
  /** Its log-probability, given all before it */
  readonly logProb: number;
  /** The row, counted within its source, that scored it */
  readonly row: number;
  /** Over the source's steps */
  readonly attention?: Float32Array | undefined;
}

/**
 * A hypothesis while it is searched for: its last token and the path to the token before it. Hypotheses that begin alike share
 * their beginning, so that a longer one costs one object.
 */
export class Path {
  readonly parent: Path | undefined;
  readonly last: ScoredToken;
  /** How many tokens were scored */
  readonly length: number;
  /** The sum of their log-probabilities, in double precision */
  readonly logProb: number;
  /** The sum of their attention at each of the source's steps, where the root begins with it */
  readonly coverage: Float64Array | undefined;

  private constructor(parent: Path | undefined, last: ScoredToken, coverage: Float64Array | undefined) {
    this.parent = parent;
    this.last = last;
    this.length = parent ? parent.length + 1 : 0;
    this.logProb = parent ? parent.logProb + last.logProb : 0;
    this.coverage = coverage;
  }

  /**
   * The path that all others begin with: the start token, which nobody scored.
   *
   * @param steps of the source, where its coverage is kept
   */
  static root(startToken: number, steps?: number): Path {
    const coverage = steps === undefined ? undefined : new Float64Array(steps);
    return new Path(undefined, { token: startToken, logProb: 0, row: 0 }, coverage);
  }

  extend(next: ScoredToken): Path {
    const coverage = this.coverage?.map((sum, step) => sum + next.attention![step]!);
    return new Path(this, next, coverage);
  }

  /** What was scored, the first token first. */
  scored(): ScoredToken[] {
    const scored: ScoredToken[] = [];
    for (let path: Path = this; path.parent; path = path.parent) scored.push(path.last);
    return scored.reverse();
  }
}

/** The longest beginning that all of some paths of one root share. */
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
