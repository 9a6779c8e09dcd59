import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { GATES, type InputsOf, type Mode, runKernel } from '@unroll/backend/contract';
import { type RecurrentInputs, recurrent } from '@unroll/backend/operations';
import fc from 'fast-check';
import type { Operation } from '../evaluate.ts';
import { draw, type HostTensors, int32 } from '../host-tensor.ts';
import { kernelOperation, presentOf } from '../kernel-operation.ts';

export const modes: readonly Mode[] = ['rnn_tanh', 'rnn_relu', 'lstm', 'gru'];

/** One call of the recurrent kernels: its sizes and which optional inputs it has. */
export interface RecurrentCase {
  readonly mode: Mode;
  readonly steps: number;
  readonly rows: number;
  readonly features: number;
  readonly hiddenSize: number;
  /** Absent: no projection */
  readonly projSize?: number;
  readonly reverse?: boolean;
  readonly lengths?: readonly number[];
  readonly biasIh?: boolean;
  readonly biasHh?: boolean;
  readonly h0?: boolean;
  readonly c0?: boolean;
}

/** A case with all optional inputs of its mode except lengths and projection. */
export const fullCase = (sizes: Omit<RecurrentCase, 'biasIh' | 'biasHh' | 'h0' | 'c0'>): RecurrentCase => ({
  ...sizes,
  biasIh: true,
  biasHh: true,
  h0: true,
  c0: sizes.mode === 'lstm',
});

const outputSize = ({ projSize, hiddenSize }: RecurrentCase): number => projSize ?? hiddenSize;

/** The case's tensors. The weights are small enough that a state stays bounded over thousands of steps. */
export function recurrentInputs(c: RecurrentCase, key = 'recurrent'): HostTensors {
  const gateRows = GATES[c.mode] * c.hiddenSize;
  const bound = 0.8 / Math.sqrt(c.hiddenSize);
  const weight = (name: string, ...shape: number[]) => draw(`${key}/${name}`, shape, [-bound, bound]);
  const state = (name: string, ...shape: number[]) => draw(`${key}/${name}`, shape);
  return {
    x: state('x', c.steps, c.rows, c.features),
    weightIh: weight('weightIh', gateRows, c.features),
    weightHh: weight('weightHh', gateRows, outputSize(c)),
    ...(c.biasIh && { biasIh: weight('biasIh', gateRows) }),
    ...(c.biasHh && { biasHh: weight('biasHh', gateRows) }),
    ...(c.projSize && { weightHr: weight('weightHr', c.projSize, c.hiddenSize) }),
    ...(c.h0 && { h0: state('h0', c.rows, outputSize(c)) }),
    ...(c.c0 && { c0: state('c0', c.rows, c.hiddenSize) }),
    ...(c.lengths && { lengths: int32([c.rows], c.lengths) }),
  };
}

export const differentiableInputs = (inputs: HostTensors): string[] =>
  Object.keys(inputs).filter((name) => name !== 'lengths');

/** `recurrent`, which is differentiable. */
export const recurrentOperation =
  ({ mode, reverse = false }: Pick<RecurrentCase, 'mode' | 'reverse'>): Operation =>
  (inputs) => {
    const { y, hN, cN } = recurrent(inputs as NamedTensorMap & RecurrentInputs, { mode, reverse });
    return { y, hN, ...(cN && { cN }) };
  };

/** The forward kernel alone. */
export const forwardKernel =
  ({ mode, reverse = false }: Pick<RecurrentCase, 'mode' | 'reverse'>, training: boolean): Operation =>
  (inputs) => {
    const run = kernelOperation('RecurrentForward', { mode, reverse, training });
    const { reserve: _, ...outputs } = run(inputs);
    return outputs;
  };

/** The two kernels themselves, forward and then backward; `dy`, `dhN` and `dcN` are inputs. */
export const recurrentKernels =
  (c: RecurrentCase): Operation =>
  (tensors) => {
    const { mode, reverse = false } = c;
    const { dy, dhN, dcN, ...inputs } = tensors as NamedTensorMap & KernelInputs;
    const { reserve, ...forward } = runKernel('RecurrentForward', inputs, { mode, reverse, training: true });
    const { x, weightIh, biasIh, biasHh, ...shared } = inputs;
    const backward = runKernel(
      'RecurrentBackward',
      { ...shared, dy, dhN, dcN, y: forward.y, reserve: reserve! },
      { mode, reverse },
    );
    return presentOf({ ...forward, ...backward });
  };

type KernelInputs = InputsOf<'RecurrentForward', Tensor> &
  Pick<InputsOf<'RecurrentBackward', Tensor>, 'dy' | 'dhN' | 'dcN'>;

/** The gradients that are inputs of the kernels in `recurrentKernels`. */
export const outputGradients = (c: RecurrentCase): HostTensors => ({
  dy: draw('dy', [c.steps, c.rows, outputSize(c)]),
  dhN: draw('dhN', [c.rows, outputSize(c)]),
  ...(c.mode === 'lstm' && { dcN: draw('dcN', [c.rows, c.hiddenSize]) }),
});

/** Small cases of one mode, with any of the optional inputs. */
export const anyRecurrentCase = (mode: Mode): fc.Arbitrary<RecurrentCase> =>
  fc
    .record({
      steps: fc.integer({ min: 1, max: 6 }),
      rows: fc.integer({ min: 1, max: 5 }),
      features: fc.integer({ min: 1, max: 6 }),
      hiddenSize: fc.integer({ min: 2, max: 9 }),
      projected: fc.boolean(),
      ragged: fc.boolean(),
      reverse: fc.boolean(),
      biasIh: fc.boolean(),
      biasHh: fc.boolean(),
      h0: fc.boolean(),
      c0: fc.boolean(),
    })
    .chain(({ projected, ragged, ...rest }) =>
      fc
        .record({
          projSize: fc.integer({ min: 1, max: rest.hiddenSize - 1 }),
          lengths: fc.array(fc.integer({ min: 1, max: rest.steps }), {
            minLength: rest.rows,
            maxLength: rest.rows,
          }),
        })
        .map(({ projSize, lengths }) => ({
          ...rest,
          mode,
          c0: rest.c0 && mode === 'lstm',
          ...(projected && mode === 'lstm' && { projSize }),
          ...(ragged && { lengths }),
        })),
    );
