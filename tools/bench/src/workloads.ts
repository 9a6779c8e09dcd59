import type {
  CellWorkload,
  CharactersWorkload,
  GemmWorkload,
  RecurrentWorkload,
  Workload,
} from './workload.ts';

const recurrent = (
  id: string,
  title: string,
  cell: 'rnn' | 'lstm',
  [steps, rows, inputSize, hiddenSize]: [number, number, number, number],
  layers: Partial<Pick<RecurrentWorkload, 'numLayers' | 'bidirectional'>> = {},
): RecurrentWorkload => ({
  id,
  kind: 'recurrent',
  title,
  cell,
  steps,
  rows,
  inputSize,
  hiddenSize,
  numLayers: 1,
  bidirectional: false,
  ...layers,
});

const cell = (id: string, title: string, cell: CellWorkload['cell']): CellWorkload => ({
  id,
  kind: 'cell',
  title,
  cell,
  steps: 64,
  rows: 32,
  inputSize: 128,
  hiddenSize: 128,
});

const characters = (id: string, title: string, isCompiled: boolean): CharactersWorkload => ({
  id,
  kind: 'characters',
  title,
  rows: 32,
  steps: 32,
  vocabulary: 65,
  embeddingDim: 64,
  hiddenSize: 64,
  numLayers: 2,
  isCompiled,
});

const attentionModel = {
  vocabulary: 8000,
  embeddingDim: 256,
  hiddenSize: 256,
  sourceSteps: 20,
  targetSteps: 20,
};

export const workloads: readonly Workload[] = [
  { id: 'GEMM', kind: 'gemm', title: 'matrix product 2048×384×1024', m: 2048, k: 384, n: 1024 },
  recurrent('W1', 'RNN tanh T=64 N=32 I=128 H=256', 'rnn', [64, 32, 128, 256]),
  recurrent('W2', 'LSTM T=100 N=32 I=256 H=512', 'lstm', [100, 32, 256, 512]),
  recurrent('W3', 'LSTM T=100 N=32 I=64 H=128', 'lstm', [100, 32, 64, 128]),
  recurrent('W4', 'RNN 128→256, 3 layers, bidirectional, N=4 T=6', 'rnn', [6, 4, 128, 256], {
    numLayers: 3,
    bidirectional: true,
  }),
  recurrent('W5', 'LSTM step N=1 I=256 H=256', 'lstm', [1, 1, 256, 256]),
  cell('C1', 'GRU T=64 N=32 I=128 H=128', 'gru'),
  cell('C2', 'the same by its formula, step by step', 'gru by formula'),
  cell('C3', 'minimal gated unit by its formula, T=64 N=32 I=128 H=128', 'minimal gated unit'),
  {
    id: 'E2E',
    kind: 'training',
    title: 'training step, 32 sequences of 8–40 tokens, 2-layer bidirectional LSTM 64→128',
    rows: 32,
    vocabulary: 5000,
    embeddingDim: 64,
    hiddenSize: 128,
    numLayers: 2,
    classes: 10,
  },
  characters('W6', 'training step of a character model, 2-layer LSTM 64→64, N=32 T=32 V=65', false),
  characters('W6c', 'the same under compile', true),
  {
    id: 'P1',
    kind: 'program',
    title: 'plain tfjs: training step of an MLP 256→256→256→10, N=128',
    program: 'mlp',
    steps: 1,
    rows: 128,
    inputSize: 256,
    hiddenSize: 256,
    classes: 10,
  },
  {
    id: 'P2',
    kind: 'program',
    title: 'plain tfjs: training step of an LSTM 64→128 composed of operations, N=32 T=32',
    program: 'lstm',
    steps: 32,
    rows: 32,
    inputSize: 64,
    hiddenSize: 128,
    classes: 10,
  },
  {
    id: 'L1',
    kind: 'layers',
    title: 'tfjs-layers: epoch of an LSTM encoder-decoder that adds, 128 units, 2,000 rows in batches of 128',
    rows: 2000,
    batchSize: 128,
    units: 128,
    task: { digits: 2 },
  },
  {
    id: 'L2',
    kind: 'layers',
    title: 'tfjs-layers: epoch of an LSTM classifier, 64 units, 512 sequences of 32 steps in batches of 32',
    rows: 512,
    batchSize: 32,
    units: 64,
    task: { steps: 32, features: 16, classes: 4 },
  },
  {
    id: 'L3',
    kind: 'layers',
    title: 'the same with 8 units, 32 sequences of 8 steps, each a batch',
    rows: 32,
    batchSize: 1,
    units: 8,
    task: { steps: 8, features: 4, classes: 2 },
  },
  {
    id: 'S1',
    kind: 'seq2seq training',
    title: 'attention GRU 256→256, source 20, target 20, N=64, V=8000: forward and backward',
    ...attentionModel,
    rows: 64,
    projection: true,
  },
  {
    id: 'S1p',
    kind: 'seq2seq training',
    title: 'the same without the output projection',
    ...attentionModel,
    rows: 64,
    projection: false,
  },
  {
    id: 'S2',
    kind: 'beam search',
    title: 'beam-5 decoding of 256 sentences by the same model, source 20, 20 steps',
    ...attentionModel,
    rows: 256,
    beam: 5,
  },
];

const product = (m: number, k: number, n: number): GemmWorkload => ({
  id: `product ${m}×${k}×${n}`,
  kind: 'gemm',
  title: `matrix product ${m}×${k}×${n}`,
  m,
  k,
  n,
});

/** Matrix products of several sizes. Their best rate is a candidate for the floor. They are not rows of the table. */
export const floorProducts: readonly GemmWorkload[] = [
  product(512, 512, 512),
  product(1024, 1024, 1024),
  product(2048, 384, 1024),
];

export function workloadById(id: string): Workload {
  const found = [...workloads, ...floorProducts].find(
    (workload) => workload.id.toLowerCase() === id.toLowerCase(),
  );
  if (!found) {
    throw new Error(
      `bench: there is no case '${id}'; expected one of ${workloads.map((w) => w.id).join(', ')}`,
    );
  }
  return found;
}
