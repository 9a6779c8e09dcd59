import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import * as nn from './index.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const sizes = { inputSize: 3, hiddenSize: 4 };
const changed = { numLayers: 2, bias: false, batchFirst: true, dropout: 0.1, bidirectional: true };
const layerText = '3, 4, numLayers=2, bias=false, batchFirst=true, dropout=0.1, bidirectional=true';

/** The text of each module, without the count of its parameters. By PyTorch 1.13, in our names. */
const texts: Readonly<Record<string, readonly (readonly [() => nn.Module, string])[]>> = {
  BCEWithLogitsLoss: [[() => new nn.BCEWithLogitsLoss({ reduction: 'sum' }), 'BCEWithLogitsLoss()']],
  CTCLoss: [[() => new nn.CTCLoss(), 'CTCLoss()']],
  CrossEntropyLoss: [[() => new nn.CrossEntropyLoss(), 'CrossEntropyLoss()']],
  Dropout: [[() => new nn.Dropout({ p: 0.25 }), 'Dropout(p=0.25)']],
  ELU: [[() => new nn.ELU(), 'ELU(alpha=1)']],
  ElmanLayer: [
    [() => new nn.ElmanLayer({ ...sizes, outputSize: 2 }), 'ElmanLayer(3, 4, 2)'],
    [
      () => new nn.ElmanLayer({ ...sizes, outputSize: 2, outputActivation: 'softmax' }),
      "ElmanLayer(3, 4, 2, outputActivation='softmax')",
    ],
  ],
  Embedding: [
    [() => new nn.Embedding({ numEmbeddings: 3, embeddingDim: 4 }), 'Embedding(3, 4)'],
    [
      () =>
        new nn.Embedding({
          numEmbeddings: 3,
          embeddingDim: 4,
          paddingIdx: -1,
          maxNorm: 1,
          normType: 1,
          scaleGradByFreq: true,
        }),
      'Embedding(3, 4, paddingIdx=2, maxNorm=1, normType=1, scaleGradByFreq=true)',
    ],
  ],
  Flatten: [[() => new nn.Flatten(), 'Flatten(startDim=1, endDim=-1)']],
  GELU: [
    [() => new nn.GELU(), "GELU(approximate='none')"],
    [() => new nn.GELU({ approximate: 'tanh' }), "GELU(approximate='tanh')"],
  ],
  GRU: [
    [() => new nn.GRU(sizes), 'GRU(3, 4)'],
    [() => new nn.GRU({ ...sizes, ...changed }), `GRU(${layerText})`],
  ],
  GRUCell: [[() => new nn.GRUCell(sizes), 'GRUCell(3, 4)']],
  Hardtanh: [[() => new nn.Hardtanh(), 'Hardtanh(minVal=-1, maxVal=1)']],
  HuberLoss: [[() => new nn.HuberLoss(), 'HuberLoss()']],
  Identity: [[() => new nn.Identity(), 'Identity()']],
  L1Loss: [[() => new nn.L1Loss(), 'L1Loss()']],
  LSTM: [[() => new nn.LSTM({ ...sizes, projSize: 2 }), 'LSTM(3, 4, projSize=2)']],
  LSTMCell: [[() => new nn.LSTMCell({ ...sizes, bias: false }), 'LSTMCell(3, 4, bias=false)']],
  LayerNorm: [
    [
      () => new nn.LayerNorm({ normalizedShape: [2, 3] }),
      'LayerNorm([2, 3], eps=0.00001, elementwiseAffine=true)',
    ],
    [
      () => new nn.LayerNorm({ normalizedShape: 2, bias: false }),
      'LayerNorm([2], eps=0.00001, elementwiseAffine=true, bias=false)',
    ],
    [
      () => new nn.LayerNorm({ normalizedShape: 2, elementwiseAffine: false }),
      'LayerNorm([2], eps=0.00001, elementwiseAffine=false)',
    ],
  ],
  LeakyReLU: [[() => new nn.LeakyReLU({ negativeSlope: 0.2 }), 'LeakyReLU(negativeSlope=0.2)']],
  Linear: [
    [
      () => new nn.Linear({ inFeatures: 2, outFeatures: 3 }),
      'Linear(inFeatures=2, outFeatures=3, bias=true)',
    ],
    [
      () => new nn.Linear({ inFeatures: 2, outFeatures: 3, bias: false }),
      'Linear(inFeatures=2, outFeatures=3, bias=false)',
    ],
  ],
  LogSoftmax: [[() => new nn.LogSoftmax({ dim: -1 }), 'LogSoftmax(dim=-1)']],
  MSELoss: [[() => new nn.MSELoss(), 'MSELoss()']],
  ModuleDict: [
    [() => new nn.ModuleDict(), 'ModuleDict()'],
    [() => new nn.ModuleDict({ a: new nn.ReLU() }), 'ModuleDict(\n  (a): ReLU()\n)'],
  ],
  ModuleList: [
    [() => new nn.ModuleList(), 'ModuleList()'],
    [() => new nn.ModuleList([new nn.ReLU(), new nn.ReLU()]), 'ModuleList(\n  (0-1): 2 x ReLU()\n)'],
  ],
  NLLLoss: [[() => new nn.NLLLoss(), 'NLLLoss()']],
  LayerNormLSTMCell: [
    [
      () => new nn.LayerNormLSTMCell({ ...sizes, eps: 0.1 }),
      'LayerNormLSTMCell(\n  3, 4, eps=0.1\n  (norm_ih): LayerNorm([16], eps=0.1, elementwiseAffine=true), 32 parameters\n' +
        '  (norm_hh): LayerNorm([16], eps=0.1, elementwiseAffine=true), 32 parameters\n' +
        '  (norm_c): LayerNorm([4], eps=0.1, elementwiseAffine=true), 8 parameters\n)',
    ],
  ],
  PeepholeLSTMCell: [
    [() => new nn.PeepholeLSTMCell({ ...sizes, bias: false }), 'PeepholeLSTMCell(3, 4, bias=false)'],
  ],
  Recurrent: [
    [
      () => new nn.Recurrent(() => new nn.GRUCell(sizes), { bidirectional: true }),
      'Recurrent(\n  bidirectional=true\n  (cells): ModuleList(\n    (0-1): 2 x GRUCell(3, 4), 108 parameters each\n  ), 216 parameters\n)',
    ],
  ],
  VariationalDropoutCell: [
    [
      () => new nn.VariationalDropoutCell(new nn.GRUCell(sizes), { inputDropout: 0.5 }),
      'VariationalDropoutCell(\n  inputDropout=0.5, stateDropout=0\n  (cell): GRUCell(3, 4), 108 parameters\n)',
    ],
  ],
  ZoneoutCell: [
    [
      () => new nn.ZoneoutCell(new nn.GRUCell(sizes), { p: [0.5] }),
      'ZoneoutCell(\n  p=[0.5]\n  (cell): GRUCell(3, 4), 108 parameters\n)',
    ],
  ],
  ParameterList: [
    [
      () => new nn.ParameterList([tf.variable(tf.ones([2, 3])), tf.variable(tf.ones([1]))]),
      'ParameterList(\n  (0): float32 [2, 3]\n  (1): float32 [1]\n)',
    ],
  ],
  RNN: [
    [() => new nn.RNN(sizes), 'RNN(3, 4)'],
    [() => new nn.RNN({ ...sizes, nonlinearity: 'relu' }), "RNN(3, 4, nonlinearity='relu')"],
  ],
  RNNCell: [
    [
      () => new nn.RNNCell({ ...sizes, bias: false, nonlinearity: 'relu' }),
      "RNNCell(3, 4, bias=false, nonlinearity='relu')",
    ],
  ],
  ReLU: [[() => new nn.ReLU(), 'ReLU()']],
  Sequential: [[() => new nn.Sequential(new nn.Tanh()), 'Sequential(\n  (0): Tanh()\n)']],
  SiLU: [[() => new nn.SiLU(), 'SiLU()']],
  Sigmoid: [[() => new nn.Sigmoid(), 'Sigmoid()']],
  SmoothL1Loss: [[() => new nn.SmoothL1Loss(), 'SmoothL1Loss()']],
  Softmax: [[() => new nn.Softmax({ dim: 1 }), 'Softmax(dim=1)']],
  Softplus: [[() => new nn.Softplus({ beta: 2 }), 'Softplus(beta=2, threshold=20)']],
  Tanh: [[() => new nn.Tanh(), 'Tanh()']],
};

describe('the text of a module', () => {
  const isModule = (value: unknown) =>
    typeof value === 'function' &&
    value.prototype instanceof nn.Module &&
    ![nn.Module, nn.Cell].includes(value as never);
  const modules = Object.entries(nn).filter(([, value]) => isModule(value));

  it.each(modules)('%s says its options', (name) => {
    const cases = Object.hasOwn(texts, name) ? texts[name]! : [];
    expect(cases.length).toBeGreaterThan(0);
    for (const [make, text] of cases) {
      using module = make();
      expect(String(module).replace(/, \d+ parameters?$/, '')).toBe(text);
    }
  });
});

const linear = (features = 4) => new nn.Linear({ inFeatures: features, outFeatures: features });

describe('the text of a model', () => {
  it('is a tree with the parameters of each module, neighbours that are alike on one line', () => {
    class Tagger extends nn.Module {
      readonly embedding = new nn.Embedding({ numEmbeddings: 1000, embeddingDim: 4 });
      readonly layers = new nn.ModuleList([linear(), linear(), linear(), linear(2), linear()]);
      readonly head = new nn.Sequential(new nn.Dropout(), new nn.Dropout(), new nn.Tanh());
      forward() {}
    }
    using model = new Tagger();
    expect(`${model}`).toBe(`Tagger(
  (embedding): Embedding(1000, 4), 4,000 parameters
  (layers): ModuleList(
    (0-2): 3 x Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters each
    (3): Linear(inFeatures=2, outFeatures=2, bias=true), 6 parameters
    (4): Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters
  ), 86 parameters
  (head): Sequential(
    (0-1): 2 x Dropout(p=0.5)
    (2): Tanh()
  )
), 4,086 parameters`);
  });

  it('has a module of the user’s own, with what it says of itself above its children', () => {
    class Own extends nn.Module {
      readonly scale = tf.tidy(() => tf.variable(tf.scalar(1)));
      forward() {}
    }
    class Told extends Own {
      readonly norm = new nn.LayerNorm({ normalizedShape: 1, elementwiseAffine: false });
      override extraRepr() {
        return 'scaled=true\nshifted=false';
      }
    }
    using own = new Own();
    using told = new Told();
    expect(String(own)).toBe('Own(), 1 parameter');
    expect(String(told)).toBe(`Told(
  scaled=true
  shifted=false
  (norm): LayerNorm([1], eps=0.00001, elementwiseAffine=false)
), 1 parameter`);
  });

  it('ends where modules lead back to one another, and has a shared one in each place, counted once above', () => {
    class Node extends nn.Module {
      readonly first = linear(1);
      readonly second = this.first;
      readonly self: nn.Module = this;
      readonly child = new nn.ModuleDict<nn.Module>({ parent: this });
      forward() {}
    }
    using node = new Node();
    const text = '1, outFeatures=1, bias=true), 2 parameters';
    expect(String(node)).toBe(`Node(
  (first): Linear(inFeatures=${text}
  (second): Linear(inFeatures=${text}
  (child): ModuleDict(), 2 parameters
), 2 parameters`);
  });
});
