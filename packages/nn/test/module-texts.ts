import * as tf from '@tensorflow/tfjs-core';
import * as nn from '../src/index.ts';

const sizes = { inputSize: 3, hiddenSize: 4 };
const changed = { numLayers: 2, bias: false, batchFirst: true, dropout: 0.1, bidirectional: true };
const layerText = '3, 4, numLayers=2, bias=false, batchFirst=true, dropout=0.1, bidirectional=true';

/** The text of each module, without its number of parameters, from PyTorch 1.13 with our names. */
export const moduleTexts: Readonly<Record<string, readonly (readonly [() => nn.Module, string])[]>> = {
  AvgPool1d: [
    [() => new nn.AvgPool1d({ kernelSize: 2 }), 'AvgPool1d(kernelSize=[2], stride=[2], padding=[0])'],
  ],
  AvgPool2d: [
    [
      () => new nn.AvgPool2d({ kernelSize: [2, 3], padding: 1 }),
      'AvgPool2d(kernelSize=[2, 3], stride=[2, 3], padding=[1, 1])',
    ],
  ],
  BCELoss: [[() => new nn.BCELoss(), 'BCELoss()']],
  BatchNorm1d: [
    [
      () => new nn.BatchNorm1d({ numFeatures: 4, momentum: null }),
      'BatchNorm1d(4, eps=0.00001, momentum=null, affine=true, trackRunningStats=true)',
    ],
  ],
  BatchNorm2d: [
    [
      () => new nn.BatchNorm2d({ numFeatures: 4, affine: false, trackRunningStats: false }),
      'BatchNorm2d(4, eps=0.00001, momentum=0.1, affine=false, trackRunningStats=false)',
    ],
  ],
  BCEWithLogitsLoss: [[() => new nn.BCEWithLogitsLoss({ reduction: 'sum' }), 'BCEWithLogitsLoss()']],
  CTCLoss: [[() => new nn.CTCLoss(), 'CTCLoss()']],
  Conv1d: [
    [
      () =>
        new nn.Conv1d({
          inChannels: 4,
          outChannels: 2,
          kernelSize: 3,
          padding: 'same',
          groups: 2,
          bias: false,
        }),
      "Conv1d(4, 2, kernelSize=[3], stride=[1], padding='same', groups=2, bias=false)",
    ],
  ],
  Conv2d: [
    [
      () => new nn.Conv2d({ inChannels: 1, outChannels: 2, kernelSize: [3, 5], stride: 2, padding: [1, 0] }),
      'Conv2d(1, 2, kernelSize=[3, 5], stride=[2, 2], padding=[1, 0])',
    ],
  ],
  CosineEmbeddingLoss: [[() => new nn.CosineEmbeddingLoss(), 'CosineEmbeddingLoss()']],
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
  GLU: [[() => new nn.GLU(), 'GLU(dim=-1)']],
  GRU: [
    [() => new nn.GRU(sizes), 'GRU(3, 4)'],
    [() => new nn.GRU({ ...sizes, ...changed }), `GRU(${layerText})`],
  ],
  GRUCell: [[() => new nn.GRUCell(sizes), 'GRUCell(3, 4)']],
  Hardtanh: [[() => new nn.Hardtanh(), 'Hardtanh(minVal=-1, maxVal=1)']],
  HuberLoss: [[() => new nn.HuberLoss(), 'HuberLoss()']],
  Identity: [[() => new nn.Identity(), 'Identity()']],
  KLDivLoss: [[() => new nn.KLDivLoss(), 'KLDivLoss()']],
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
  LogSigmoid: [[() => new nn.LogSigmoid(), 'LogSigmoid()']],
  LogSoftmax: [[() => new nn.LogSoftmax({ dim: -1 }), 'LogSoftmax(dim=-1)']],
  MSELoss: [[() => new nn.MSELoss(), 'MSELoss()']],
  MaxPool1d: [
    [
      () => new nn.MaxPool1d({ kernelSize: 3, stride: 2, dilation: 2 }),
      'MaxPool1d(kernelSize=[3], stride=[2], padding=[0], dilation=[2], ceilMode=false)',
    ],
  ],
  MaxPool2d: [
    [
      () => new nn.MaxPool2d({ kernelSize: 2, ceilMode: true }),
      'MaxPool2d(kernelSize=[2, 2], stride=[2, 2], padding=[0, 0], dilation=[1, 1], ceilMode=true)',
    ],
  ],
  Mish: [[() => new nn.Mish(), 'Mish()']],
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
  PReLU: [[() => new nn.PReLU({ numParameters: 3 }), 'PReLU(numParameters=3)']],
  MultiheadAttention: [
    [
      () => new nn.MultiheadAttention({ embedDim: 4, numHeads: 2, kdim: 3, batchFirst: true }),
      'MultiheadAttention(\n  4, 2, kdim=3, batchFirst=true\n  (out_proj): Linear(inFeatures=4, outFeatures=4, bias=true), 20 parameters\n)',
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
  SELU: [[() => new nn.SELU(), 'SELU()']],
  Sequential: [[() => new nn.Sequential(new nn.Tanh()), 'Sequential(\n  (0): Tanh()\n)']],
  SiLU: [[() => new nn.SiLU(), 'SiLU()']],
  Sigmoid: [[() => new nn.Sigmoid(), 'Sigmoid()']],
  SmoothL1Loss: [[() => new nn.SmoothL1Loss(), 'SmoothL1Loss()']],
  Softmax: [[() => new nn.Softmax({ dim: 1 }), 'Softmax(dim=1)']],
  Softplus: [[() => new nn.Softplus({ beta: 2 }), 'Softplus(beta=2, threshold=20)']],
  Tanh: [[() => new nn.Tanh(), 'Tanh()']],
};
