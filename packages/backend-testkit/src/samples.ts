import type { CrossEntropyInputs, CtcInputs } from '@unroll/backend/operations';
import { globalNorm } from '@unroll/backend/operations';
import type { Operation } from './evaluate.ts';
import { draw, type HostTensors, int32 } from './host-tensor.ts';
import { crossEntropyBoth, crossEntropyLoss, crossEntropyMean } from './kernels/cross-entropy-checks.ts';
import { ctcOperation, logSoftmax } from './kernels/ctc-checks.ts';
import { dropoutOperation } from './kernels/dropout-checks.ts';
import { embeddingOperation } from './kernels/embedding-checks.ts';
import { scaleOperation, stepOperation } from './kernels/optimizer-checks.ts';
import { paddingOperation } from './kernels/padding-checks.ts';
import {
  differentiableInputs,
  fullCase,
  modes,
  recurrentInputs,
  recurrentOperation,
} from './recurrent/recurrent-case.ts';

/** A call of one of the contract's operations, for checks that apply to all operations. */
export interface Sample {
  readonly name: string;
  readonly inputs: HostTensors;
  readonly operation: Operation;
  /** The part with a gradient; absent if there is none. */
  readonly loss?: Operation;
  /** The inputs that have gradients */
  readonly differentiable: readonly string[];
  /** The axis of the batch's rows for each input; absent if there is no batch. */
  readonly rowAxis?: Readonly<Record<string, number>>;
  /** The value of the outputs' elements for a batch without rows. Default: 0 */
  readonly ofNoRows?: number;
  /** The operation's name in the error that refuses a second derivative; absent if the operation has one. */
  readonly firstOrderOnly?: string;
}

const recurrentSamples: readonly Sample[] = modes.map((mode) => {
  const c = fullCase({
    mode,
    steps: 4,
    rows: 3,
    features: 2,
    hiddenSize: 5,
    lengths: [4, 1, 2],
    ...(mode === 'lstm' && { projSize: 2 }),
  });
  const inputs = recurrentInputs(c);
  const operation = recurrentOperation(c);
  return {
    name: `recurrent, ${mode}`,
    inputs,
    operation,
    loss: operation,
    differentiable: differentiableInputs(inputs),
    rowAxis: { x: 1, h0: 0, c0: 0, lengths: 0 },
    firstOrderOnly: 'recurrent',
  };
});

const crossEntropyInputs = {
  logits: draw('logits', [4, 3]),
  target: int32([4], [0, 2, -100, 1]),
  weight: draw('weight', [3], [0, 1]),
} satisfies Record<keyof CrossEntropyInputs, unknown>;

const ctcInputs = {
  logProbs: logSoftmax(draw('logits', [5, 2, 3])),
  targets: int32([2, 2], [1, 2, 2, 0]),
  inputLengths: int32([2], [5, 3]),
  targetLengths: int32([2], [2, 1]),
} satisfies Record<keyof CtcInputs, unknown>;

const shape = [3, 4];
const drawAll = (...names: string[]): HostTensors =>
  Object.fromEntries(names.map((name) => [name, draw(name, shape, [0.1, 1])]));
const decay = { lr: 0.1, weightDecay: 0.1, maximize: false };
const stepSamples: readonly Sample[] = [
  {
    name: 'sgdStep',
    inputs: drawAll('param', 'grad', 'momentumBuffer'),
    operation: stepOperation('SgdStep', { ...decay, momentum: 0.9, dampening: 0, nesterov: true }),
    differentiable: [],
  },
  {
    name: 'sgdStep, the first',
    inputs: drawAll('param', 'grad'),
    operation: stepOperation('SgdStep', {
      ...decay,
      weightDecay: 0,
      momentum: 0.9,
      dampening: 0,
      nesterov: false,
    }),
    differentiable: [],
  },
  {
    name: 'adamStep',
    inputs: drawAll('param', 'grad', 'expAvg', 'expAvgSq', 'maxExpAvgSq'),
    operation: stepOperation('AdamStep', {
      ...decay,
      beta1: 0.9,
      beta2: 0.99,
      eps: 1e-8,
      decoupledWeightDecay: true,
      step: 3,
    }),
    differentiable: [],
  },
  {
    name: 'rmspropStep',
    inputs: drawAll('param', 'grad', 'squareAvg', 'momentumBuffer', 'gradAvg'),
    operation: stepOperation('RmspropStep', { ...decay, alpha: 0.9, eps: 0.1, momentum: 0.9 }),
    differentiable: [],
  },
  {
    name: 'adagradStep',
    inputs: drawAll('param', 'grad', 'sum'),
    operation: stepOperation('AdagradStep', { ...decay, eps: 1e-10 }),
    differentiable: [],
  },
  {
    name: 'scaleTensors',
    inputs: { factor: draw('factor', []), ...drawAll('a', 'b', 'c') },
    operation: scaleOperation,
    differentiable: [],
  },
  {
    name: 'globalNorm',
    inputs: drawAll('a', 'b', 'c'),
    operation: (inputs) => ({ norm: globalNorm(Object.values(inputs)) }),
    differentiable: [],
  },
];

const dropout = dropoutOperation({ p: 0.5, seed: [1, 2], offset: [0, 0] });
const lookup = embeddingOperation({ paddingIdx: 0 });

/** Every operation of the contract, called once with all its inputs. */
export const samples: readonly Sample[] = [
  ...recurrentSamples,
  {
    name: 'crossEntropy',
    inputs: crossEntropyInputs,
    operation: crossEntropyBoth({ labelSmoothing: 0.1 }),
    loss: crossEntropyLoss({ labelSmoothing: 0.1 }),
    differentiable: ['logits'],
    rowAxis: { logits: 0, target: 0 },
    firstOrderOnly: 'crossEntropy',
  },
  {
    name: 'ctcLoss',
    inputs: ctcInputs,
    operation: ctcOperation({}),
    loss: ctcOperation({}),
    differentiable: ['logProbs'],
    rowAxis: { logProbs: 1, targets: 0, inputLengths: 0, targetLengths: 0 },
    firstOrderOnly: 'ctcLoss',
  },
  {
    name: 'meanCrossEntropy',
    inputs: crossEntropyInputs,
    operation: crossEntropyMean({ labelSmoothing: 0.1 }),
    loss: crossEntropyMean({ labelSmoothing: 0.1 }),
    differentiable: ['logits'],
    rowAxis: { logits: 0, target: 0 },
    ofNoRows: Number.NaN,
    firstOrderOnly: 'meanCrossEntropy',
  },
  {
    name: 'zeroPadding',
    inputs: { x: draw('x', [3, 2, 4]), lengths: int32([2], [3, 1]) },
    operation: paddingOperation,
    loss: paddingOperation,
    differentiable: ['x'],
    rowAxis: { x: 1, lengths: 0 },
  },
  {
    name: 'philoxDropout',
    inputs: { x: draw('x', [3, 7]) },
    operation: dropout,
    loss: dropout,
    differentiable: ['x'],
    rowAxis: { x: 0 },
  },
  {
    name: 'embedding',
    inputs: { weight: draw('weight', [4, 3]), indices: int32([2, 3], [0, 1, 1, 3, 0, 2]) },
    operation: lookup,
    loss: lookup,
    differentiable: ['weight'],
    rowAxis: { indices: 0 },
  },
  ...stepSamples,
];
