import { tensor2d, tensor4d } from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { RecurrentDecoder } from '@unroll/seq2seq';
import { VectorToSequence } from '../src/index.ts';
import type { ModelCase } from './model-case.ts';
import { using } from './using.ts';

/** A bar that stands, one that lies, and a dot. */
const drawn = ['.#...#...#...#..', '....####........', '...........#....'];
const said = [[3, 4], [3], [5, 6, 3]];
const vectors = [
  [1, 0, -1],
  [0, 2, 0],
  [-1, 0, 1],
];

const target = () => tensor2d([1, 3, 4, 2, 0, 1, 3, 2, 0, 0, 1, 5, 6, 3, 2], [3, 5], 'int32');
/** `[3, 1, 4, 4]` */
export const pictures = () =>
  tensor4d(
    drawn.flatMap((picture) => [...picture].map((pixel) => Number(pixel === '#'))),
    [3, 1, 4, 4],
  );

export const model = (features?: nn.UnaryModule, vectorSize = 3) =>
  new VectorToSequence({
    features,
    vectorSize,
    decoder: new RecurrentDecoder({
      embedding: new nn.Embedding({ numEmbeddings: 7, embeddingDim: 4, paddingIdx: 0 }),
      rnn: new nn.GRU({ inputSize: 4, hiddenSize: 8 }),
    }),
    paddingToken: 0,
    startToken: 1,
    endToken: 2,
  });

export const vectorCases: readonly ModelCase[] = [
  {
    name: 'VectorToSequence',
    make: () => model(),
    loss: (made: VectorToSequence) => made.loss(tensor2d(vectors), target()),
    predict: (made: VectorToSequence) =>
      using([tensor2d(vectors)], async (inputs) =>
        (await made.predict(inputs)).map(([best]) => best!.tokens),
      ),
    learned: said,
  },
  {
    name: 'VectorToSequence of pictures',
    make: () =>
      model(
        new nn.Sequential(
          new nn.Conv2d({ inChannels: 1, outChannels: 4, kernelSize: 3, padding: 1 }),
          new nn.BatchNorm2d({ numFeatures: 4 }),
          new nn.ReLU(),
          new nn.MaxPool2d({ kernelSize: 2 }),
          new nn.Flatten(),
        ),
        16,
      ),
    loss: (made: VectorToSequence) => made.loss(pictures(), target(), { labelSmoothing: 0.001 }),
    predict: (made: VectorToSequence) =>
      using([pictures()], async (inputs) =>
        (await made.predict(inputs, { beamSize: 3, earlyStopping: false })).map(([best]) => best!.tokens),
      ),
    learned: said,
  },
];
