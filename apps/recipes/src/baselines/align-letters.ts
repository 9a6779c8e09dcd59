/** The sound of one letter: no phoneme, one, or two with a space between them */
export type Chunk = string;

export interface SpokenWord {
  readonly letters: readonly string[];
  readonly phonemes: readonly string[];
}

/** A word's letters, each with its chunk. */
export interface AlignedWord {
  readonly letters: readonly string[];
  readonly chunks: readonly Chunk[];
}

const MOST_PHONEMES = 2;
const ROUNDS = 4;

/**
 * Divides each pronunciation into one chunk per letter, by the most probable alignment under P(chunk | letter).
 * Alignments and probabilities are estimated in turns (expectation-maximization that keeps only the best alignment). At
 * first all alignments count equally. Words with more than two phonemes per letter are left out.
 */
export function alignLetters(words: readonly SpokenWord[]): AlignedWord[] {
  const possible = words.filter(({ letters, phonemes }) => phonemes.length <= MOST_PHONEMES * letters.length);
  let costs = new ChunkCosts();
  for (const word of possible) addEveryChunk(word, costs);
  let aligned: AlignedWord[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    aligned = possible.map((word) => cheapestAlignment(word, costs));
    costs = new ChunkCosts();
    for (const { letters, chunks } of aligned)
      for (const [i, letter] of letters.entries()) costs.add(letter, chunks[i]!);
  }
  return aligned;
}

/** The cost of a chunk that never occurred with its letter */
const UNSEEN = 20;

/** −log P(chunk | letter), estimated from the added pairs */
class ChunkCosts {
  readonly #letters = new Map<string, { total: number; counts: Map<Chunk, number> }>();

  add(letter: string, chunk: Chunk): void {
    const of = this.#letters.get(letter) ?? { total: 0, counts: new Map<Chunk, number>() };
    of.total++;
    of.counts.set(chunk, (of.counts.get(chunk) ?? 0) + 1);
    this.#letters.set(letter, of);
  }

  of(letter: string, chunk: Chunk): number {
    const of = this.#letters.get(letter);
    const count = of?.counts.get(chunk);
    return of && count !== undefined ? Math.log(of.total / count) : UNSEEN;
  }
}

/** The chunks of a pronunciation, by end position and length. */
function chunksOf(phonemes: readonly string[]): (end: number, length: number) => Chunk {
  const chunks: Chunk[] = [];
  for (let end = 0; end <= phonemes.length; end++) {
    const [second, first] = [phonemes[end - 1] ?? '', phonemes[end - 2] ?? ''];
    chunks.push('', second, `${first} ${second}`);
  }
  return (end, length) => chunks[end * (MOST_PHONEMES + 1) + length]!;
}

/** Adds for each letter every chunk that leaves a possible alignment for the rest of the word. */
function addEveryChunk({ letters, phonemes }: SpokenWord, costs: ChunkCosts): void {
  const chunkAt = chunksOf(phonemes);
  for (const [i, letter] of letters.entries()) {
    for (let end = 0; end <= phonemes.length; end++) {
      for (let length = 0; length <= Math.min(MOST_PHONEMES, end); length++) {
        const [before, after] = [end - length, phonemes.length - end];
        if (before > MOST_PHONEMES * i || after > MOST_PHONEMES * (letters.length - 1 - i)) continue;
        costs.add(letter, chunkAt(end, length));
      }
    }
  }
}

/**
 * Viterbi: the cheapest alignment of the first i letters with the first `end` phonemes, from those of one letter less.
 */
function cheapestAlignment({ letters, phonemes }: SpokenWord, costs: ChunkCosts): AlignedWord {
  const chunkAt = chunksOf(phonemes);
  const width = phonemes.length + 1;
  const cheapest = new Float64Array((letters.length + 1) * width).fill(Number.POSITIVE_INFINITY);
  const lengths = new Uint8Array(cheapest.length);
  cheapest[0] = 0;
  for (let i = 1; i <= letters.length; i++) {
    for (let end = 0; end < width; end++) {
      for (let length = 0; length <= Math.min(MOST_PHONEMES, end); length++) {
        const before = cheapest[(i - 1) * width + end - length]!;
        if (before === Number.POSITIVE_INFINITY) continue;
        const cost = before + costs.of(letters[i - 1]!, chunkAt(end, length));
        if (cost >= cheapest[i * width + end]!) continue;
        cheapest[i * width + end] = cost;
        lengths[i * width + end] = length;
      }
    }
  }
  const chunks: Chunk[] = [];
  for (let i = letters.length, end = phonemes.length; i > 0; i--) {
    const length = lengths[i * width + end]!;
    chunks.push(chunkAt(end, length));
    end -= length;
  }
  return { letters, chunks: chunks.reverse() };
}
