/** The tags of a path, one for each step, and its score. */
export interface TagPath {
  readonly tags: number[];
  readonly score: number;
}

/** The numbers of a chain on the host, row by row. */
export interface HostChain {
  /** `[N, L, K]` */
  readonly scores: Float32Array;
  /** `[K, K]`, from the row's tag to the column's */
  readonly transitions: Float32Array;
  /** `[K]` */
  readonly start: Float32Array;
  /** `[K]` */
  readonly end: Float32Array;
}

/**
 * The path with the greatest score: `δ_t(j) = e_t(j) + max_i (δ_{t−1}(i) + A(i, j))`. Ties go to the lower tag. Viterbi,
 * "Error bounds for convolutional codes and an asymptotically optimum decoding algorithm" (1967).
 *
 * @param offset the place of the row's first score
 * @param steps the row's length, at least 1
 */
export function viterbi(
  { scores, transitions, start, end }: HostChain,
  offset: number,
  steps: number,
): TagPath {
  const tags = start.length;
  let best = Float64Array.from(start, (score, tag) => score + scores[offset + tag]!);
  const origins: Int32Array[] = [];
  for (let t = 1; t < steps; t++) {
    const next = new Float64Array(tags).fill(Number.NEGATIVE_INFINITY);
    const origin = new Int32Array(tags);
    for (let from = 0; from < tags; from++) {
      const reached = best[from]!;
      const row = from * tags;
      for (let to = 0; to < tags; to++) {
        const score = reached + transitions[row + to]!;
        if (score > next[to]!) {
          next[to] = score;
          origin[to] = from;
        }
      }
    }
    for (let to = 0; to < tags; to++) next[to]! += scores[offset + t * tags + to]!;
    best = next;
    origins.push(origin);
  }
  const total = best.map((score, tag) => score + end[tag]!);
  const last = total.reduce((found, score, tag) => (score > total[found]! ? tag : found), 0);
  const path = [last];
  for (const origin of origins.toReversed()) path.push(origin[path.at(-1)!]!);
  return { tags: path.reverse(), score: total[last]! };
}
