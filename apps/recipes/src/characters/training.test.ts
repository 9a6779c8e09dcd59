import { expect } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import { type CharacterSizes, characterCodec, characterModel, characterTraining } from './training.ts';

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
