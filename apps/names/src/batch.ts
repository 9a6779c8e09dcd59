import * as tf from '@tensorflow/tfjs-core';

/** Characters by number; 0 is padding, and 1 stands for every character that no training name has. */
export class Alphabet {
  readonly #numbers: ReadonlyMap<string, number>;

  constructor(names: Iterable<string>) {
    const characters = new Set<string>();
    for (const name of names) for (const character of name) characters.add(character);
    this.#numbers = new Map([...characters].sort().map((character, i) => [character, i + 2]));
  }

  /** How many numbers there are. */
  get size(): number {
    return this.#numbers.size + 2;
  }

  encode(name: string): number[] {
    return [...name].map((character) => this.#numbers.get(character) ?? 1);
  }
}

export interface Batch {
  /** int32 `[T, N]`, 0 past each name's end */
  readonly characters: tf.Tensor2D;
  readonly lengths: readonly number[];
}

/** Names side by side, one a column. */
export function toBatch(alphabet: Alphabet, names: readonly string[]): Batch {
  const encoded = names.map((name) => alphabet.encode(name));
  const lengths = encoded.map((numbers) => numbers.length);
  const steps = Math.max(...lengths);
  const characters = Int32Array.from(
    { length: steps * names.length },
    (_, i) => encoded[i % names.length]![Math.floor(i / names.length)] ?? 0,
  );
  return { characters: tf.tensor2d(characters, [steps, names.length], 'int32'), lengths };
}
