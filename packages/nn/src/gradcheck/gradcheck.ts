import { Tensor, tidy, Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, shapeText } from '@unroll/backend/checks';
import { valueAndGradients } from '@unroll/backend/engine';
import { numericalGradient } from './numerical-gradient.ts';
import { type Outputs, weightedSum } from './weighted-sum.ts';

export interface GradcheckOptions {
  /** How far each element is moved, in proportion to an element over 1. Default 1e-2, which suits float32. */
  eps?: number | undefined;
  /** The allowed absolute difference. Default 1e-3. */
  atol?: number | undefined;
  /** The allowed difference in proportion to the numerical gradient, in addition to `atol`. Default 1e-2. */
  rtol?: number | undefined;
  /**
   * Whether to throw an error that says where the difference is and how large; else the result is false.
   * Default true.
   */
  raiseException?: boolean | undefined;
}

const kinds = {
  eps: kind.above(0),
  atol: kind.atLeast(0),
  rtol: kind.atLeast(0),
  raiseException: kind.flag,
};

/**
 * A function as a method. TypeScript then accepts a function with inputs of a certain rank where inputs may have any
 * rank.
 */
interface Checked {
  run(...inputs: Tensor[]): Outputs;
}

/**
 * Compares the gradients of a function, for instance of your own loss or cell, with differences:
 * `torch.autograd.gradcheck`. It compares the gradients of a sum in which each element of the results has its own
 * weight.
 *
 * @example
 * await nn.gradcheck((x) => myLoss(x, labels), [tf.randomNormal([4, 3])]);
 * await nn.gradcheck(() => model.forward(x), model.parameters());
 *
 * @param f returns a float32 tensor or a list of them. It has to return the same for the same inputs, so it must not
 *   use dropout
 * @param inputs the arguments of `f`, one or a list. Float32 tensors and variables are compared; `f` may also use
 *   variables directly. Other tensors are passed on unchanged
 * @returns whether they agree: `|gradient − numerical| ≤ atol + rtol·|numerical|` in each element
 * @throws (rejects) where they do not agree, unless `raiseException` is false; where `f` does not depend on its
 *   inputs alone; and where there is nothing to compare
 *
 * @see https://pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html
 */
export async function gradcheck(
  f: Checked['run'],
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): Promise<boolean> {
  const given = checkOptions('gradcheck', options, kinds);
  const { eps = 1e-2, atol = 1e-3, rtol = 1e-2, raiseException = true } = given;
  checkValue('gradcheck', 'f', f, kind.required(kind.func));
  const list: readonly Tensor[] = inputs instanceof Tensor ? [inputs] : inputs;
  checkValue('gradcheck', 'inputs', list, kind.required(kind.listOf(kind.tensor)));
  if (!list.some(isMoved)) {
    throw new Error(`gradcheck: none of the ${list.length} inputs is a float32 tensor with elements`);
  }
  await checkDeterministic(f, list);
  const analytical = await gradientsOf(f, list);
  for (const [i, input] of list.entries()) {
    if (!isMoved(input)) continue;
    const numerical = await numericalGradient(f, list, i, eps);
    const gradient = analytical[i]!;
    const distances = gradient.map((value, k) => Math.abs(value - numerical[k]!));
    const differing = distances.flatMap((distance, k) =>
      distance <= atol + rtol * Math.abs(numerical[k]!) ? [] : [k],
    );
    if (differing.length === 0) continue;
    if (!raiseException) return false;
    const worst = differing.reduce((a, b) => (distances[a]! >= distances[b]! ? a : b));
    const isUnmoved = !(input instanceof Variable) && numerical.every((value) => value === 0);
    const hint = isUnmoved
      ? ': f has to use the tensor that it is called with, as that is the one that is moved'
      : '';
    throw new Error(
      `gradcheck: the gradient of inputs[${i}] (shape ${shapeText(input.shape)}) is ${gradient[worst]} at ` +
        `${placeText(worst, input.shape)}, by differences ${numerical[worst]}; ${differing.length} of ${input.size} elements differ${hint}`,
    );
  }
  return true;
}

const isMoved = ({ dtype, size }: Tensor): boolean => dtype === 'float32' && size > 0;

/** The gradients of the weighted sum; 0 for inputs that it does not depend on. */
async function gradientsOf(
  f: (...inputs: Tensor[]) => Outputs,
  inputs: readonly Tensor[],
): Promise<number[][]> {
  const moved = inputs.filter(isMoved);
  const { value, grads } = valueAndGradients(() => weightedSum(f(...inputs)), moved);
  value.dispose();
  const byInput = new Map(moved.map((input, i) => [input, grads[i]]));
  return Promise.all(
    inputs.map(async (input) => {
      const gradient = byInput.get(input);
      if (!gradient) return new Array<number>(input.size).fill(0);
      const values = Array.from(await gradient.data());
      gradient.dispose();
      return values;
    }),
  );
}

/** @throws (rejects) where two calls give different results */
async function checkDeterministic(
  f: (...inputs: Tensor[]) => Outputs,
  inputs: readonly Tensor[],
): Promise<void> {
  const [first, second] = [tidy(() => weightedSum(f(...inputs))), tidy(() => weightedSum(f(...inputs)))];
  const [[once], [again]] = await Promise.all([first.data(), second.data()]);
  first.dispose();
  second.dispose();
  if (Object.is(once, again)) return;
  throw new Error(
    `gradcheck: f gives other results for the same inputs (a sum of them is ${once}, then ${again}); dropout has to be off: call eval()`,
  );
}

function placeText(index: number, shape: readonly number[]): string {
  const place: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return shapeText(place);
}
