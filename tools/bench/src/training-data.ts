/** A batch of token sequences as lists, before padding. */
export interface TokenBatch {
  /** `[N]` lists of 8 to 40 tokens */
  readonly sequences: readonly (readonly number[])[];
  readonly labels: readonly number[];
}

export interface TokenSource {
  readonly rows: number;
  readonly vocabulary: number;
  readonly classes: number;
}

const MULTIPLIER = 16807;
const MODULUS = 2 ** 31 - 1;

/** Lehmer's generator. pytorch.py draws the same numbers. */
function lehmer(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * MULTIPLIER) % MODULUS;
    return state % below;
  };
}

/** Draws `count` batches. The first token of a sequence determines its class. */
export function tokenBatches({ rows, vocabulary, classes }: TokenSource, count: number): TokenBatch[] {
  const draw = lehmer();
  return Array.from({ length: count }, () => {
    const sequences = Array.from({ length: rows }, () =>
      Array.from({ length: 8 + draw(33) }, () => draw(vocabulary)),
    );
    return { sequences, labels: sequences.map((sequence) => sequence[0]! % classes) };
  });
}

/** Windows of a text, and the characters that follow each character: `[T, N]`, time first. */
export interface TextBatch {
  readonly tokens: Int32Array;
  readonly target: Int32Array;
}

export interface TextSource {
  readonly rows: number;
  readonly steps: number;
  readonly vocabulary: number;
}

/** Draws `count` batches of characters. */
export function textBatches({ rows, steps, vocabulary }: TextSource, count: number): TextBatch[] {
  const draw = lehmer();
  return Array.from({ length: count }, () => {
    const text = Int32Array.from({ length: (steps + 1) * rows }, () => draw(vocabulary));
    return { tokens: text.slice(0, steps * rows), target: text.slice(rows) };
  });
}

/** Draws pairs of numbers below a bound. */
export function sums(count: number, below: number): [number, number][] {
  const draw = lehmer();
  return Array.from({ length: count }, () => [draw(below), draw(below)]);
}
