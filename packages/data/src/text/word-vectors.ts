import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { Philox } from '@unroll/backend/operations';
import { checkIterable, type EitherIterable } from '../either-iterable.ts';
import { type BadRowOptions, BadRows, badRowKinds } from '../formats/bad-rows.ts';
import { isVocabulary, type Vocabulary } from './vocabulary.ts';
import { endsInNumber, headerOf, numbersOf, startOfNumbers } from './word-vector-line.ts';

export interface WordVectorOptions extends BadRowOptions {
  /** Number of numbers in each vector. Default: that of the header, or of the first line. */
  dim?: number | undefined;
  /**
   * The rows of tokens without a vector: `normal` (the default), drawn from a normal distribution with the mean and the
   * deviation of all found vectors, or `zeros`.
   */
  missing?: 'normal' | 'zeros' | undefined;
  /** The seed of the drawn numbers, an integer in 0…2⁵³−1. Default 0. */
  seed?: number | undefined;
  /** The file's name in errors. Default `vectors`. */
  name?: string | undefined;
}

/** A table of vectors for a vocabulary. */
export interface WordVectors {
  /** `[V, D]`, row by row; the row of pad is 0 */
  readonly table: Float32Array;
  readonly shape: [V: number, D: number];
  /** Number of tokens that have a vector in the file */
  readonly found: number;
  /** The tokens without a vector, in the vocabulary's order. pad, which needs none, is not among them */
  readonly missing: readonly string[];
}

const kinds = {
  dim: kind.whole(1),
  missing: kind.choice('normal', 'zeros'),
  seed: kind.whole(0),
  name: kind.text,
  ...badRowKinds,
};

/**
 * Reads word vectors in the format of GloVe and fastText: a token and its numbers per line, separated by spaces, with
 * or without a first line of their number and width. Only the vocabulary's vectors are kept. Tokens may contain spaces,
 * as some of GloVe's do. A line is bad (see `BadRowOptions`) when it has too few or too many numbers. For a token in
 * the vocabulary it is also bad when a number is not finite, or when the token occurred before: the first line counts.
 * A header with a wrong number of vectors is reported like a bad row.
 *
 * @param lines the lines of the file
 *
 * @example
 * const vectors = await readWordVectors(lines(fileSource('glove.6B.100d.txt')), vocabulary);
 * const embedding = nn.Embedding.fromPretrained(tf.tensor2d(vectors.table, vectors.shape));
 *
 * @throws when there is neither a vector nor a width from a header or `dim`
 * @see https://nlp.stanford.edu/projects/glove/
 * @see https://fasttext.cc/docs/en/english-vectors.html
 */
export async function readWordVectors(
  lines: EitherIterable<string>,
  vocabulary: Vocabulary,
  options: WordVectorOptions = {},
): Promise<WordVectors> {
  const given = checkOptions('readWordVectors', options, kinds);
  checkIterable('readWordVectors', 'lines', lines);
  checkValue('readWordVectors', 'vocabulary', vocabulary, kind.required(isVocabulary));
  const { name = 'vectors' } = given;
  const badRows = new BadRows(given);
  const found = new FoundVectors(vocabulary, given.dim);
  let line = 0;
  for await (const text of lines) {
    const reason = found.add(text, ++line);
    if (reason) badRows.report({ file: name, line, reason, text });
  }
  const missing = found.countFault(line);
  if (missing) badRows.report({ file: name, line: 1, reason: missing, text: '' });
  badRows.end();
  return found.filled(given);
}

/** More numbers than any word vector has. */
const WIDEST = 2 ** 16;

/** The vectors of a vocabulary that were read so far. */
class FoundVectors {
  readonly #vocabulary: Vocabulary;
  readonly #found = new Set<number>();
  #dim: number | undefined;
  /** Number of vectors in the header */
  #promised: number | undefined;
  #table: Float32Array | undefined;

  constructor(vocabulary: Vocabulary, dim: number | undefined) {
    this.#vocabulary = vocabulary;
    this.#dim = dim;
  }

  /** Adds a line. Returns the fault, if any. */
  add(line: string, number: number): string | undefined {
    const header = number === 1 ? headerOf(line, this.#dim) : undefined;
    if (header) {
      if (header.dim > WIDEST)
        return `the header says ${header.dim} numbers a line; expected at most ${WIDEST}`;
      this.#dim ??= header.dim;
      if (header.dim !== this.#dim)
        return `the header says ${header.dim} numbers a line; expected ${this.#dim}`;
      this.#promised = header.count;
      return undefined;
    }
    const row = line.trimEnd();
    const dim = this.#dim ?? row.split(' ').length - 1;
    const start = startOfNumbers(row, dim);
    if (start < 0) return `fewer than ${Math.max(1, dim)} numbers after the token`;
    this.#dim = dim;
    const token = row.slice(0, start);
    if (endsInNumber(token)) return `more than ${dim} numbers after the token`;
    return this.#vocabulary.has(token) ? this.#keep(token, numbersOf(row, start), dim) : undefined;
  }

  /** The fault of the number of lines, if any. */
  countFault(lines: number): string | undefined {
    if (this.#promised === undefined || this.#promised === lines - 1) return undefined;
    return `the header says ${this.#promised} vectors; there are ${lines - 1} lines after it`;
  }

  /** The whole table, with rows for the tokens that were not found. */
  filled({ missing = 'normal', seed = 0 }: WordVectorOptions): WordVectors {
    const { specialIds, size, tokens } = this.#vocabulary;
    const found = this.#found;
    const dim = this.#dim;
    if (dim === undefined) {
      const fault = 'hold no vector; expected at least one, or options.dim';
      throw new ArgumentError('readWordVectors', 'lines', fault);
    }
    const table = this.#table ?? new Float32Array(size * dim);
    if (missing === 'normal') drawMissing(table, dim, found, new Philox(seed));
    const { pad } = specialIds;
    if (pad !== undefined) table.fill(0, pad * dim, (pad + 1) * dim);
    const absent = tokens.filter((_, id) => !found.has(id) && id !== pad);
    return { table, shape: [size, dim], found: found.size, missing: absent };
  }

  #keep(token: string, numbers: readonly number[], dim: number): string | undefined {
    const id = this.#vocabulary.indexOf(token);
    if (this.#found.has(id)) return `'${token}' comes again`;
    if (!numbers.every(Number.isFinite)) return 'a number is not finite';
    this.#table ??= new Float32Array(this.#vocabulary.size * dim);
    this.#table.set(numbers, id * dim);
    this.#found.add(id);
    return undefined;
  }
}

/** Fills the rows that were not found. When none was found, it draws from N(0, 1), like `nn.Embedding`. */
function drawMissing(table: Float32Array, dim: number, found: ReadonlySet<number>, random: Philox): void {
  const [mean, deviation] = found.size > 0 ? moments(table, dim, found) : [0, 1];
  for (let row = 0; row * dim < table.length; row++) {
    if (found.has(row)) continue;
    for (let i = row * dim; i < (row + 1) * dim; i++) table[i] = mean + deviation * random.normal();
  }
}

function moments(
  table: Float32Array,
  dim: number,
  found: ReadonlySet<number>,
): [mean: number, deviation: number] {
  const count = found.size * dim;
  const sumOf = (term: (value: number) => number) => {
    let sum = 0;
    for (const row of found) for (let i = row * dim; i < (row + 1) * dim; i++) sum += term(table[i]!);
    return sum;
  };
  const mean = sumOf((value) => value) / count;
  return [mean, Math.sqrt(sumOf((value) => (value - mean) ** 2) / count)];
}
