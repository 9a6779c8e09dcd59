/** The edits that turn a reference into a hypothesis. */
export interface EditCounts {
  /** Symbols that are equal */
  readonly hits: number;
  readonly substitutions: number;
  /** Symbols of the reference that the hypothesis lacks */
  readonly deletions: number;
  /** Symbols of the hypothesis that the reference lacks */
  readonly insertions: number;
}

/**
 * The parts of two sequences from the first position where they differ to the last. Equal symbols have equal numbers.
 */
export interface Differing {
  readonly reference: Uint32Array;
  readonly hypothesis: Uint32Array;
  /** Number of common symbols before the parts */
  readonly start: number;
}

export function differing(reference: readonly string[], hypothesis: readonly string[]): Differing {
  const shorter = Math.min(reference.length, hypothesis.length);
  let start = 0;
  while (start < shorter && reference[start] === hypothesis[start]) start++;
  let end = 0;
  while (end < shorter - start && reference.at(-1 - end) === hypothesis.at(-1 - end)) end++;
  const numbers = new Map<string, number>();
  const numbered = (symbols: readonly string[]) =>
    Uint32Array.from(symbols.slice(start, symbols.length - end), (symbol) => {
      const known = numbers.get(symbol) ?? numbers.size;
      numbers.set(symbol, known);
      return known;
    });
  return { reference: numbered(reference), hypothesis: numbered(hypothesis), start };
}

/**
 * The last of the fewest edits for i symbols of the reference and j of the hypothesis. Among equally good edits it
 * chooses as rapidfuzz does, whose alignments jiwer counts. The arguments are the fewest edits for (i, j), (i−1, j),
 * (i, j−1) and (i−1, j−1).
 */
export function lastEdit(
  fewest: number,
  withoutReference: number,
  withoutHypothesis: number,
  withoutBoth: number,
): 'delete' | 'insert' | 'both' {
  if (withoutReference + 1 === fewest) return 'delete';
  return withoutHypothesis + 1 === withoutBoth ? 'insert' : 'both';
}

/** The fewest edits (Levenshtein distance), counted by kind, in memory proportional to the hypothesis's length. */
export function editCounts(reference: readonly string[], hypothesis: readonly string[]): EditCounts {
  const rest = differing(reference, hypothesis);
  const columns = rest.hypothesis.length + 1;
  // For each number of symbols of the hypothesis, and the reference's symbols so far: the fewest edits, and the
  // substitutions among them.
  let edits = Uint32Array.from({ length: columns }, (_, j) => j);
  let substituted = new Uint32Array(columns);
  let nextEdits = new Uint32Array(columns);
  let nextSubstituted = new Uint32Array(columns);
  rest.reference.forEach((symbol, i) => {
    nextEdits[0] = i + 1;
    for (let j = 1; j < columns; j++) {
      const mismatch = symbol === rest.hypothesis[j - 1] ? 0 : 1;
      const [above, left, diagonal] = [edits[j]!, nextEdits[j - 1]!, edits[j - 1]!];
      const fewest = Math.min(above + 1, left + 1, diagonal + mismatch);
      const last = lastEdit(fewest, above, left, diagonal);
      nextEdits[j] = fewest;
      if (last === 'delete') nextSubstituted[j] = substituted[j]!;
      else if (last === 'insert') nextSubstituted[j] = nextSubstituted[j - 1]!;
      else nextSubstituted[j] = substituted[j - 1]! + mismatch;
    }
    [edits, nextEdits] = [nextEdits, edits];
    [substituted, nextSubstituted] = [nextSubstituted, substituted];
  });
  const substitutions = substituted.at(-1)!;
  const gaps = edits.at(-1)! - substitutions;
  const deletions = (gaps + reference.length - hypothesis.length) / 2;
  return {
    hits: reference.length - substitutions - deletions,
    substitutions,
    deletions,
    insertions: gaps - deletions,
  };
}
