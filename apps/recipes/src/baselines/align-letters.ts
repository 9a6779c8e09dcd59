/** What one letter stands for: no phoneme, one, or two with a space between them */
export type Chunk = string;

export interface SpokenWord {
  readonly letters: readonly string[];
  readonly phonemes: readonly string[];
}

/** A word's letters with what each stands for. */
export interface AlignedWord {
  readonly letters: readonly string[];
  readonly chunks: readonly Chunk[];
}

const MOST_PHONEMES = 2;
const ROUNDS = 4;

/**
 * Cuts each pronunciation into a chunk for each letter, by the most probable way under P(chunk | letter), which is estimated in turns with
 * it (expectation-maximization that keeps the best alignment alone). At first all ways are alike. Words that have more than two phonemes a
 * letter are left out.
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

/** What a chunk costs that its letter has never had */
const UNSEEN = 20;

/** −log P(chunk | letter), of what was added */
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

/** The chunks of a pronunciation, by where they end and how long they are. */
function chunksOf(phonemes: readonly string[]): (end: number, length: number) => Chunk {
  const chunks: Chunk[] = [];
  for (let end = 0; end <= phonemes.length; end++) {
    const [second, first] = [phonemes[end - 1] ?? '', phonemes[end - 2] ?? ''];
    chunks.push('', second, `${first} ${second}`);
  }
  return (end, length) => chunks[end * (MOST_PHONEMES + 1) + length]!;
}

/** Adds for each letter all that it could stand for, where the rest of the word is shared out somehow. */
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

/** Viterbi: the cheapest way for the first i letters and `end` phonemes, from those for one letter less. */
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
