import { expect, it } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import {
  type CharacterSizes,
  characterCodec,
  characterModel,
  characterTraining,
  piecesOf,
} from './training.ts';

const RHYME = 'the cat sat on the mat and the rat sat on the hat\n';
/** Two pieces of 64 characters for each of 32 rows, and the next one */
const text = RHYME.repeat(Math.ceil((2 * 64 * 32 + 1) / RHYME.length)).slice(0, 2 * 64 * 32 + 1);

const sizes: CharacterSizes = { embeddingDim: 8, hiddenSize: 24, numLayers: 2, dropout: 0.1, lr: 0.02 };

itLearnsTheSame('the language model learns a rhyme, the same on cpu and onnxruntime, and goes on with it', {
  steps: 100,
  falls: 0.3,
  begin(fractionDone) {
    const codec = characterCodec(text);
    const model = characterModel(codec, sizes);
    const training = characterTraining(model, codec, text, { sizes, fractionDone });
    return {
      training,
      async use() {
        const tokens = await model.sample(codec.encode('the cat sat on'), { length: 4, topK: 1 });
        expect(codec.decode(tokens)).toBe(' the');
      },
    };
  },
});

it('cuts a text into pieces that continue in their row, each with the next character of its last one', () => {
  const tokens = Array.from({ length: 23 }, (_, i) => i);
  const pieces = piecesOf(tokens, 2, 3);
  // 11 tokens for each row: three pieces of 3 + 1
  expect(pieces).toEqual([
    [0, 1, 2, 3],
    [11, 12, 13, 14],
    [3, 4, 5, 6],
    [14, 15, 16, 17],
    [6, 7, 8, 9],
    [17, 18, 19, 20],
  ]);
});

it('uses every character of a text that its pieces fill', () => {
  const pieces = piecesOf(
    Array.from({ length: 13 }, (_, i) => i),
    2,
    3,
  );
  const targets = pieces.flatMap((piece) => piece.slice(1));
  expect(targets.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect(piecesOf([1, 2, 3], 2, 3)).toEqual([]);
});
