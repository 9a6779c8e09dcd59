import { type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import type { Case } from '@unroll/backend-testkit/torch';
import * as nn from '@unroll/nn';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { compareWithTorch, type Subject } from './compare-with-torch.ts';
import { Differences } from './differences.ts';
import { byName, inputTensor, inputVariable, readFixtures } from './fixture.ts';
import { loadDrawnParameters } from './load-drawn-parameters.ts';
import { backends } from './test-backends.ts';

type LayerOptions =
  | ({ kind: 'Linear' } & nn.LinearOptions)
  | ({ kind: 'LayerNorm' } & nn.LayerNormOptions)
  | EmbeddingOptions
  | { kind: 'Embedding.fromPretrained'; freeze: boolean; paddingIdx: number | null }
  | ({ kind: 'tagger'; lengths: number[] } & TaggerOptions)
  | ActivationOptions;

interface EmbeddingOptions {
  readonly kind: 'Embedding';
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: string | null;
  readonly scaleGradByFreq: boolean;
}

interface ActivationOptions {
  readonly kind: keyof typeof activations;
}

const activations = {
  Tanh: () => new nn.Tanh(),
  ReLU: () => new nn.ReLU(),
  Sigmoid: () => new nn.Sigmoid(),
  LeakyReLU: (options: nn.LeakyReLUOptions) => new nn.LeakyReLU(options),
  ELU: (options: nn.ELUOptions) => new nn.ELU(options),
  GELU: (options: nn.GELUOptions) => new nn.GELU(options),
  SiLU: () => new nn.SiLU(),
  Softplus: (options: nn.SoftplusOptions) => new nn.Softplus(options),
  Hardtanh: (options: nn.HardtanhOptions) => new nn.Hardtanh(options),
  Softmax: (options: nn.DimOptions) => new nn.Softmax(options),
  LogSoftmax: (options: nn.DimOptions) => new nn.LogSoftmax(options),
  Identity: () => new nn.Identity(),
};

/** A layer's options without the case's own field. */
function ofLayer<Options extends { kind: string }>({ kind: _, ...options }: Options): Omit<Options, 'kind'> {
  return options;
}

function subject(testCase: Case<LayerOptions>): Subject {
  const { options } = testCase;
  switch (options.kind) {
    case 'Linear':
      return unary(new nn.Linear(ofLayer(options)), testCase);
    case 'LayerNorm':
      return unary(new nn.LayerNorm(ofLayer(options)), testCase);
    case 'Embedding':
      return embedding(options, testCase);
    case 'Embedding.fromPretrained':
      return pretrained(options, testCase);
    case 'tagger':
      return tagger(options, testCase);
    default:
      return unary(activations[options.kind](ofLayer(options) as never), testCase);
  }
}

function unary(module: nn.Module & { forward(input: Tensor): Tensor }, testCase: Case): Subject {
  const input = inputVariable('input', testCase);
  return {
    variables: { input, ...loadDrawnParameters(module, testCase) },
    forward: () => ({ output: module.forward(input) }),
  };
}

function embedding(options: EmbeddingOptions, testCase: Case): Subject {
  const { paddingIdx, maxNorm, normType, ...sizes } = ofLayer(options);
  const layer = new nn.Embedding({
    ...sizes,
    ...(paddingIdx !== null && { paddingIdx }),
    ...(maxNorm !== null && {
      maxNorm,
      normType: normType === 'inf' ? Number.POSITIVE_INFINITY : Number(normType),
    }),
  });
  const indices = inputTensor('indices', testCase);
  return {
    variables: loadDrawnParameters(layer, testCase),
    forward: () => ({ output: layer.forward(indices) }),
    after: { 'weight after': layer.weight },
    dispose: () => indices.dispose(),
  };
}

function pretrained(
  { freeze, paddingIdx }: { freeze: boolean; paddingIdx: number | null },
  testCase: Case,
): Subject {
  const table = inputTensor('weight', testCase);
  const layer = nn.Embedding.fromPretrained(table, { freeze, ...(paddingIdx !== null && { paddingIdx }) });
  table.dispose();
  const indices = inputTensor('indices', testCase);
  return {
    variables: freeze ? {} : { weight: layer.weight },
    forward: () => ({ output: layer.forward(indices) }),
    dispose: () => {
      indices.dispose();
      layer.dispose();
    },
  };
}

const recurrentLayers = { RNN: nn.RNN, LSTM: nn.LSTM, GRU: nn.GRU };

interface TaggerOptions {
  readonly recurrent: keyof typeof recurrentLayers;
  readonly numLayers: number;
  readonly bidirectional: boolean;
}

/** The model of python/layers.py. */
class Tagger extends nn.Module {
  readonly embedding = new nn.Embedding({ numEmbeddings: 11, embeddingDim: 4, paddingIdx: 0 });
  readonly rnn: nn.RNN | nn.LSTM | nn.GRU;
  readonly head: nn.Sequential;

  constructor({ recurrent, numLayers, bidirectional }: TaggerOptions) {
    super();
    this.rnn = new recurrentLayers[recurrent]({ inputSize: 4, hiddenSize: 5, numLayers, bidirectional });
    const features = bidirectional ? 10 : 5;
    this.head = new nn.Sequential(
      new nn.LayerNorm({ normalizedShape: [features] }),
      new nn.Linear({ inFeatures: features, outFeatures: 6 }),
      new nn.Tanh(),
      new nn.Linear({ inFeatures: 6, outFeatures: 3 }),
    );
  }

  forward(indices: Tensor2D, lengths: number[]): Tensor {
    return tidy(() => {
      const { rnn } = nn.utils;
      const packed = rnn.packPaddedSequence(this.embedding.forward(indices), lengths, {
        enforceSorted: false,
      });
      const [output] = this.rnn instanceof nn.LSTM ? this.rnn.forward(packed) : this.rnn.forward(packed);
      const [states] = rnn.padPackedSequence(output);
      return this.head.forward(states);
    });
  }
}

function tagger(options: TaggerOptions & { lengths: number[] }, testCase: Case): Subject {
  const model = new Tagger(options);
  const indices = inputTensor('indices', testCase) as Tensor2D;
  return {
    variables: loadDrawnParameters(model, testCase),
    forward: () => ({ output: model.forward(indices, options.lengths) }),
    dispose: () => indices.dispose(),
  };
}

const differences = new Differences('Layers');

afterAll(() => console.log(String(differences)));

describe.each(backends)('on $title, layers equal PyTorch’s', ({ title, make }) => {
  beforeAll(async () => {
    await useBackend(make());
  });

  it.each(byName(readFixtures<Case<LayerOptions>>('layers.json')))('%s', async (_, testCase) => {
    await compareWithTorch(testCase, title, differences, () => subject(testCase));
  });
});
