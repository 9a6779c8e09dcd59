/** A batch of token sequences as lists, before anything is padded. */
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

/** As many batches of Lehmer's generator: pytorch.py draws the same ones. A sequence's class is in its first token. */
export function tokenBatches({ rows, vocabulary, classes }: TokenSource, count: number): TokenBatch[] {
  let state = 1;
  const draw = (below: number): number => {
    state = (state * MULTIPLIER) % MODULUS;
    return state % below;
  };
  return Array.from({ length: count }, () => {
    const sequences = Array.from({ length: rows }, () =>
      Array.from({ length: 8 + draw(33) }, () => draw(vocabulary)),
    );
    return { sequences, labels: sequences.map((sequence) => sequence[0]! % classes) };
  });
}
