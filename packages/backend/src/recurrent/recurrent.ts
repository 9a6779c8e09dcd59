import {
  matMul,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
} from '@tensorflow/tfjs-core';
import { flag, keyOf, required } from '../checks/kinds.ts';
import { checkNames, checkOptions } from '../checks/options.ts';
import { differentiable, forbidDerivative, isRecording } from '../engine/differentiable.ts';
import type { InputsOf } from '../kernels/kernel-map.ts';
import { runKernel } from '../kernels/run-kernel.ts';
import { checkRecurrentInputs } from './check-inputs.ts';
import { GATES, type Mode, type RecurrentAttrs } from './contract.ts';
import { KeptForBackward } from './kept-for-backward.ts';

forbidDerivative('RecurrentBackward', 'recurrent');

/** The contract's inputs as tensors: see `RecurrentForwardInputs`. */
export type RecurrentInputs = InputsOf<'RecurrentForward', Tensor>;

export interface RecurrentOptions {
  mode: Mode;
  /** Default false */
  reverse?: boolean | undefined;
}

const optionKinds = {
  mode: required({ ...keyOf(GATES), expected: `one of ${Object.keys(GATES).join(', ')}` }),
  reverse: flag,
};

export interface RecurrentOutputs {
  /** `[T, N, P|H]`, 0 past a row's end */
  y: Tensor3D;
  /** `[N, P|H]`, the state at each row's true end (in reverse: at its step 0) */
  hN: Tensor2D;
  /** `[N, H]`, LSTM only */
  cN?: Tensor2D;
}

const differentiableInputs = [
  'x',
  'weightIh',
  'weightHh',
  'biasIh',
  'biasHh',
  'weightHr',
  'h0',
  'c0',
] as const satisfies readonly (keyof RecurrentInputs)[];

const inputNames = Object.fromEntries([...differentiableInputs, 'lengths'].map((name) => [name, true]));

/** The inputs of forward that backward needs */
const keptInputs = ['x', 'weightIh', 'weightHh', 'weightHr', 'h0', 'c0', 'lengths'] as const;

/**
 * One recurrent layer in one direction over a whole sequence: one kernel forward and one backward. It is differentiable
 * in all inputs but `lengths`. The equations are those of `torch.nn.RNN`, `LSTM` and `GRU`.
 */
export function recurrent(inputs: RecurrentInputs, options: RecurrentOptions): RecurrentOutputs {
  const { mode, reverse = false } = checkOptions('recurrent', options, optionKinds);
  checkNames('recurrent', inputs, inputNames);
  checkRecurrentInputs(inputs, mode);
  const training = isRecording();
  const gradientInputs: NamedTensorMap = {};
  for (const name of differentiableInputs) if (inputs[name]) gradientInputs[name] = inputs[name];

  const kept = new KeptForBackward<Kept>('recurrent');
  const [y, hN, cN] = differentiable({
    firstOrderOnly: 'recurrent',
    inputs: gradientInputs,
    forward: (save) => {
      const { reserve, ...outputs } = runKernel('RecurrentForward', inputs, { mode, reverse, training });
      if (training) {
        for (const name of keptInputs) if (inputs[name]) kept.add(name, inputs[name], save);
        kept.add('y', outputs.y, save);
        kept.add('reserve', reserve!, save);
      }
      return [outputs.y, outputs.hN, ...(outputs.cN ? [outputs.cN] : [])];
    },
    backward: ([dy, dhN, dcN], saved) => gradients(kept.restore(saved), { dy, dhN, dcN }, { mode, reverse }),
  });
  return { y: y as Tensor3D, hN: hN as Tensor2D, ...(cN && { cN: cN as Tensor2D }) };
}

/** The tensors of forward that backward needs */
type Kept = Pick<RecurrentInputs, (typeof keptInputs)[number]> & {
  readonly y: Tensor3D;
  readonly reserve: Tensor;
};

function gradients(
  { x, weightIh, ...kept }: Kept,
  { dy, dhN, dcN }: { dy: Tensor | undefined; dhN: Tensor | undefined; dcN: Tensor | undefined },
  attrs: RecurrentAttrs,
): Record<string, () => Tensor> {
  const {
    dGates, // [T·N, G·H]
    dGatesHh = dGates,
    hPrev, // [T·N, P|H]
    dh0,
    dc0,
    dProjected, // [T·N, P]
    hidden, // [T·N, H]
  } = runKernel(
    'RecurrentBackward',
    { ...kept, dy: dy as Tensor3D, dhN: dhN as Tensor2D, dcN: dcN as Tensor2D | undefined },
    attrs,
  );

  // Except in a GRU, both biases have the same gradient, which is summed once.
  let biasSum: Tensor | undefined;
  const dBiasIh = () => {
    if (biasSum && !biasSum.isDisposed) return biasSum.clone();
    biasSum = sum(dGates, 0);
    return biasSum;
  };

  const [steps, rows, features] = x.shape;
  return {
    x: () => reshape(matMul(dGates, weightIh), x.shape),
    weightIh: () => matMul(dGates, reshape(x, [steps * rows, features]) as Tensor2D, true),
    weightHh: () => matMul(dGatesHh, hPrev, true),
    biasIh: dBiasIh,
    biasHh: dGatesHh === dGates ? dBiasIh : () => sum(dGatesHh, 0),
    weightHr: () => matMul(dProjected!, hidden!, true),
    h0: () => dh0,
    c0: () => dc0!,
  };
}
