import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { contractKernel, type WebgpuKernel } from './webgpu-kernel.ts';

interface Choices {
  readonly name: string;
  /** The tensors that a step replaces */
  readonly state: readonly string[];
  /** Of them, what has no old value: a first momentum buffer */
  readonly fresh: readonly string[];
  /** Numbers of the formula, float32 */
  readonly numbers: readonly string[];
  readonly formula: string;
}

/**
 * A step of one parameter, element by element. The formula makes a `…Next[index]` of each of the state's tensors; it sees their `…Old`
 * values, its numbers as `params.…`, and `g`, the gradient to descend, with the L2 penalty's own.
 */
const step = programs<Choices>(({ name, state, fresh, numbers, formula }) => {
  const old = state.filter((part) => !fresh.includes(part));
  return {
    name,
    params: {
      size: 'u32',
      ...Object.fromEntries(['sign', 'weightDecay', ...numbers].map((number) => [number, 'f32' as const])),
    },
    buffers: {
      grad: ['read', 'f32'],
      ...Object.fromEntries(old.map((part) => [part, ['read', 'f32'] as const])),
      ...Object.fromEntries(state.map((part) => [`${part}Next`, ['read_write', 'f32'] as const])),
    },
    code: `
${eachItem}
  ${old.map((part) => `let ${part}Old = ${part}[index];`).join('\n  ')}
  let g = params.sign * grad[index] + params.weightDecay * paramOld;
  ${formula}
}`,
  };
});

interface Update<Part extends string> {
  readonly name: string;
  readonly formula: string;
  readonly grad: TensorInfo;
  /** Tensors that the step replaces; 'fresh' where there is none yet, undefined where there is to be none */
  readonly state: Readonly<Record<Part, TensorInfo | 'fresh' | undefined>>;
  readonly maximize: boolean;
  /** Of the L2 penalty */
  readonly weightDecay: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Runs a step; the new state comes under the names of the old. */
function update<Part extends string>(
  gpu: WebgpuBackend,
  { name, formula, grad, state, maximize, weightDecay, numbers }: Update<Part>,
): Record<Part, TensorInfo> {
  const present = Object.entries<TensorInfo | 'fresh' | undefined>(state).filter(
    (part): part is [string, TensorInfo | 'fresh'] => part[1] !== undefined,
  );
  const old = present.filter((part): part is [string, TensorInfo] => part[1] !== 'fresh');
  const fresh = present.filter(([, tensor]) => tensor === 'fresh').map(([part]) => part);
  const next = present.map(([part]) => [part, gpu.output(grad.shape)] as const);
  const size = util.sizeFromShape(grad.shape);
  const names = next.map(([part]) => part);
  gpu.run(step({ name, state: names, fresh, numbers: Object.keys(numbers), formula }), {
    buffers: {
      grad,
      ...Object.fromEntries(old),
      ...Object.fromEntries(next.map(([part, tensor]) => [`${part}Next`, tensor])),
    },
    params: { size, sign: maximize ? -1 : 1, weightDecay, ...numbers },
    workgroups: workgroupsFor(size),
  });
  return Object.fromEntries(next) as Record<Part, TensorInfo>;
}

const sgdStep = contractKernel('SgdStep', ({ param, grad, momentumBuffer }, attrs, gpu) => {
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = attrs;
  const buffer = momentumBuffer ? 'params.momentum * bufferOld + params.undamped * g' : 'g';
  const withMomentum = `
  let buffer = ${buffer};
  bufferNext[index] = buffer;
  paramNext[index] = paramOld - params.lr * ${nesterov ? '(g + params.momentum * buffer)' : 'buffer'};`;
  const next = update(gpu, {
    name: 'SGD step',
    formula: momentum === 0 ? 'paramNext[index] = paramOld - params.lr * g;' : withMomentum,
    grad,
    state: { param, buffer: momentum === 0 ? undefined : (momentumBuffer ?? 'fresh') },
    maximize,
    weightDecay,
    numbers: { lr, momentum, undamped: 1 - dampening },
  });
  return { param: next.param, momentumBuffer: next.buffer };
});

const adamStep = contractKernel('AdamStep', ({ param, grad, expAvg, expAvgSq, maxExpAvgSq }, attrs, gpu) => {
  const { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, maximize } = attrs;
  const scale = maxExpAvgSq
    ? 'let scale = max(largestOld, square); largestNext[index] = scale;'
    : 'let scale = square;';
  const next = update(gpu, {
    name: 'Adam step',
    formula: `
  let mean = params.beta1 * meanOld + params.rest1 * g;
  let square = params.beta2 * squareOld + params.rest2 * g * g;
  meanNext[index] = mean;
  squareNext[index] = square;
  ${scale}
  paramNext[index] = params.decay * paramOld - params.rate * mean / (sqrt(scale) * params.correction + params.eps);`,
    grad,
    state: { param, mean: expAvg, square: expAvgSq, largest: maxExpAvgSq },
    maximize,
    weightDecay: decoupledWeightDecay ? 0 : weightDecay,
    numbers: {
      decay: decoupledWeightDecay ? 1 - lr * weightDecay : 1,
      beta1,
      beta2,
      rest1: 1 - beta1,
      rest2: 1 - beta2,
      rate: lr / (1 - beta1 ** attrs.step),
      correction: 1 / Math.sqrt(1 - beta2 ** attrs.step),
      eps,
    },
  });
  return { param: next.param, expAvg: next.mean, expAvgSq: next.square, maxExpAvgSq: next.largest };
});

const rmspropStep = contractKernel('RmspropStep', (inputs, attrs, gpu) => {
  const { param, grad, squareAvg, momentumBuffer, gradAvg } = inputs;
  const { lr, alpha, eps, weightDecay, momentum, maximize } = attrs;
  const centered = `
  let mean = params.alpha * meanOld + params.rest * g;
  meanNext[index] = mean;
  let variance = square - mean * mean;`;
  const withMomentum = `
  let buffer = params.momentum * bufferOld + direction;
  bufferNext[index] = buffer;
  paramNext[index] = paramOld - params.lr * buffer;`;
  const next = update(gpu, {
    name: 'RMSprop step',
    formula: `
  let square = params.alpha * squareOld + params.rest * g * g;
  squareNext[index] = square;
  ${gradAvg ? centered : 'let variance = square;'}
  let direction = g / (sqrt(variance) + params.eps);
  ${momentumBuffer ? withMomentum : 'paramNext[index] = paramOld - params.lr * direction;'}`,
    grad,
    state: { param, square: squareAvg, buffer: momentumBuffer, mean: gradAvg },
    maximize,
    weightDecay,
    numbers: { lr, alpha, rest: 1 - alpha, eps, momentum },
  });
  return { param: next.param, squareAvg: next.square, momentumBuffer: next.buffer, gradAvg: next.mean };
});

const adagradStep = contractKernel('AdagradStep', ({ param, grad, sum }, attrs, gpu) => {
  const { lr, eps, weightDecay, maximize } = attrs;
  return update(gpu, {
    name: 'Adagrad step',
    formula: `
  let sum = sumOld + g * g;
  sumNext[index] = sum;
  paramNext[index] = paramOld - params.lr * g / (sqrt(sum) + params.eps);`,
    grad,
    state: { param, sum },
    maximize,
    weightDecay,
    numbers: { lr, eps },
  });
});

export const optimizerKernels: readonly WebgpuKernel[] = [sgdStep, adamStep, rmspropStep, adagradStep];
