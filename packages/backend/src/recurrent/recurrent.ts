import {
  matMul,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor3D,
  Variable,
} from '@tensorflow/tfjs-core';
import { flag, keyOf, required } from '../checks/kinds.ts';
import { checkNames, checkOptions } from '../checks/options.ts';
import { differentiable, forbidDerivative, isRecording, runKernel } from '../run-kernel.ts';
import { checkRecurrentInputs } from './check-inputs.ts';
import {
  GATES,
  type Mode,
  RecurrentBackward,
  type RecurrentBackwardAttrs,
  RecurrentForward,
  type RecurrentForwardAttrs,
} from './contract.ts';

forbidDerivative(RecurrentBackward, 'recurrent');

/** See `RecurrentForwardInputs` for the meaning of each; shapes in the letters of that page. */
export interface RecurrentInputs {
  /** `[T, N, I]` */
  x: Tensor3D;
  /** `[G·H, I]` */
  weightIh: Tensor2D;
  /** `[G·H, P|H]` */
  weightHh: Tensor2D;
  /** `[G·H]` */
  biasIh?: Tensor1D | undefined;
  /** `[G·H]` */
  biasHh?: Tensor1D | undefined;
  /** `[P, H]`, LSTM only */
  weightHr?: Tensor2D | undefined;
  /** `[N, P|H]`; absent: zeros */
  h0?: Tensor2D | undefined;
  /** `[N, H]`, LSTM only; absent: zeros */
  c0?: Tensor2D | undefined;
  /** int32 `[N]`, each in 1…T, which is checked where they are at hand; absent: all T */
  lengths?: Tensor1D | undefined;
}

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

/** Backward's inputs that are forward's own; the others come with the gradients and from forward's outputs. */
const forwardInputsOfBackward = ['weightHh', 'weightHr', 'h0', 'c0', 'lengths'] as const;

/**
 * One recurrent layer in one direction over a whole sequence, as one kernel forward and one backward, differentiable in
 * everything but `lengths`. The equations are those of `torch.nn.RNN`, `LSTM` and `GRU`.
 */
export function recurrent(inputs: RecurrentInputs, options: RecurrentOptions): RecurrentOutputs {
  const { mode, reverse = false } = checkOptions('recurrent', options, optionKinds);
  checkNames('recurrent', inputs, inputNames);
  checkRecurrentInputs(inputs, mode);
  const present = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor)) as NamedTensorMap;
  const training = isRecording();
  const attrs: RecurrentForwardAttrs = { mode, reverse, training };
  const gradientInputs: NamedTensorMap = {};
  for (const name of differentiableInputs) if (present[name]) gradientInputs[name] = present[name];

  const kept = new KeptForBackward();
  const [y, hN, cN] = differentiable({
    firstOrderOnly: 'recurrent',
    inputs: gradientInputs,
    forward: (save) => {
      const outputs = runKernel(RecurrentForward, present, attrs);
      if (training) {
        for (const name of ['x', 'weightIh', ...forwardInputsOfBackward] as const) {
          if (present[name]) kept.add(name, present[name], save);
        }
        kept.add('y', outputs[0]!, save);
        kept.add('reserve', outputs.pop()!, save);
      }
      return outputs;
    },
    backward: ([dy, dhN, dcN], saved) => gradients(kept.restore(saved), { dy, dhN, dcN }, { mode, reverse }),
  });
  return { y: y as Tensor3D, hN: hN as Tensor2D, ...(cN && { cN: cN as Tensor2D }) };
}

/**
 * Tensors that backward needs. Variables outlive the step and are kept by reference, so that none is cloned; changing one
 * between forward and backward is an error, as in PyTorch. All others are saved.
 */
class KeptForBackward {
  readonly #saved: string[] = [];
  readonly #variables = new Map<string, { variable: Variable; dataId: object }>();

  add(name: string, tensor: Tensor, save: (tensor: Tensor) => void): void {
    if (tensor instanceof Variable) {
      this.#variables.set(name, { variable: tensor, dataId: tensor.dataId });
    } else {
      this.#saved.push(name);
      save(tensor);
    }
  }

  restore(saved: Tensor[]): NamedTensorMap {
    const tensors: NamedTensorMap = {};
    this.#saved.forEach((name, i) => {
      tensors[name] = saved[i]!;
    });
    for (const [name, { variable, dataId }] of this.#variables) {
      if (variable.isDisposed || variable.dataId !== dataId) {
        throw new Error(
          `recurrent: ${name} (variable ${variable.name}) was assigned or disposed between the forward pass and its ` +
            'gradient, which needs the value it had.',
        );
      }
      tensors[name] = variable;
    }
    return tensors;
  }
}

function gradients(
  kept: NamedTensorMap,
  dOutputs: { dy: Tensor | undefined; dhN: Tensor | undefined; dcN: Tensor | undefined },
  attrs: RecurrentBackwardAttrs,
): Record<string, () => Tensor> {
  const { mode } = attrs;
  const backwardInputs: NamedTensorMap = { y: kept.y!, reserve: kept.reserve! };
  for (const [name, tensor] of Object.entries(dOutputs)) if (tensor) backwardInputs[name] = tensor;
  for (const name of forwardInputsOfBackward) if (kept[name]) backwardInputs[name] = kept[name];

  const outputs = runKernel(RecurrentBackward, backwardInputs, attrs) as Tensor2D[];
  const take = () => outputs.shift()!;
  const dGates = take(); // [T·N, G·H]
  const dGatesHh = mode === 'gru' ? take() : dGates;
  const hPrev = take(); // [T·N, P|H]
  const dh0 = take();
  const dc0 = mode === 'lstm' ? take() : undefined;
  const [dProjected, hidden] = outputs; // [T·N, P], [T·N, H]

  // But for a GRU both biases have the same gradient, which is summed once.
  let biasSum: Tensor | undefined;
  const dBiasIh = () => {
    if (biasSum && !biasSum.isDisposed) return biasSum.clone();
    biasSum = sum(dGates, 0);
    return biasSum;
  };

  const x = kept.x as Tensor3D;
  const [steps, rows, features] = x.shape;
  return {
    x: () => reshape(matMul(dGates, kept.weightIh as Tensor2D), x.shape),
    weightIh: () => matMul(dGates, reshape(x, [steps * rows, features]) as Tensor2D, true),
    weightHh: () => matMul(dGatesHh, hPrev, true),
    biasIh: dBiasIh,
    biasHh: dGatesHh === dGates ? dBiasIh : () => sum(dGatesHh, 0),
    weightHr: () => matMul(dProjected!, hidden!, true),
    h0: () => dh0,
    c0: () => dc0!,
  };
}
