import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { batchPrograms, MAX_ELEMENTS } from '../programs/batch-program.ts';
import { eachItem, workgroupsFor } from '../programs/each-item.ts';
import { programs } from '../programs/program.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { contractKernel, type WebgpuKernel } from './webgpu-kernel.ts';

interface Choices {
  readonly name: string;
  /** The tensors that a step replaces */
  readonly state: readonly string[];
  /** Those of the state that have no old value: a first momentum buffer */
  readonly fresh: readonly string[];
  /** Numbers of the formula (float32), available as `params.…` */
  readonly numbers: readonly string[];
  /**
   * WGSL that assigns a `…Next` value for each tensor of the state. It can use their `…Old` values, `g` and its
   * numbers.
   */
  readonly formula: string;
}

/** The tensors that have an old value, and the names that the formula assigns. */
const tensorsOf = ({ state, fresh }: Choices) => ({
  old: state.filter((part) => !fresh.includes(part)),
  next: state.map((part) => `${part}Next`),
});

const paramsOf = ({ numbers }: Choices): Record<string, 'f32'> =>
  Object.fromEntries(['sign', 'weightDecay', ...numbers].map((number) => [number, 'f32']));

/** WGSL: `g`, the gradient to descend (with the gradient of the L2 penalty), followed by the formula. */
const descent = (formula: string): string => `
  let g = params.sign * grad + params.weightDecay * paramOld;
  ${formula}`;

/** A step of one large parameter, one element per thread. */
const step = programs<Choices>((choices) => {
  const { old, next } = tensorsOf(choices);
  return {
    name: `${choices.name} of one tensor`,
    params: { size: 'u32', ...paramsOf(choices) },
    buffers: {
      gradTensor: ['read', 'f32'],
      ...Object.fromEntries(old.map((part) => [`${part}Tensor`, ['read', 'f32'] as const])),
      ...Object.fromEntries(next.map((part) => [`${part}Tensor`, ['read_write', 'f32'] as const])),
    },
    code: `
${eachItem}
  let grad = gradTensor[index];
  ${old.map((part) => `let ${part}Old = ${part}Tensor[index];`).join('\n  ')}
  ${next.map((part) => `var ${part} = 0.0;`).join('\n  ')}
  ${descent(choices.formula)}
  ${next.map((part) => `${part}Tensor[index] = ${part};`).join('\n  ')}
}`,
  };
});

/** A step of many small parameters. */
const steps = batchPrograms<Choices>((choices) => {
  const { old, next } = tensorsOf(choices);
  return {
    name: choices.name,
    params: paramsOf(choices),
    inputs: ['grad', ...old.map((part) => `${part}Old`)],
    outputs: next,
    formula: descent(choices.formula),
  };
});

interface Update<Part extends string> {
  readonly name: string;
  readonly formula: string;
  readonly grad: TensorInfo;
  /**
   * The tensors that the step replaces; 'fresh' for one without an old value, undefined for one that the step does not
   * use
   */
  readonly state: Readonly<Record<Part, TensorInfo | 'fresh' | undefined>>;
  readonly maximize: boolean;
  /** The factor of the L2 penalty */
  readonly weightDecay: number;
  readonly numbers: Readonly<Record<string, number>>;
}

/** Runs a step; the new state has the names of the old one. */
function update<Part extends string>(
  gpu: WebgpuBackend,
  { name, formula, grad, state, maximize, weightDecay, numbers }: Update<Part>,
): Record<Part, TensorInfo> {
  const present = Object.entries<TensorInfo | 'fresh' | undefined>(state).filter(
    (part): part is [string, TensorInfo | 'fresh'] => part[1] !== undefined,
  );
  const old = present.filter((part): part is [string, TensorInfo] => part[1] !== 'fresh');
  const fresh = present.filter(([, tensor]) => tensor === 'fresh').map(([part]) => part);
  const names = present.map(([part]) => part);
  const choices: Choices = { name, state: names, fresh, numbers: Object.keys(numbers), formula };
  const params = { sign: maximize ? -1 : 1, weightDecay, ...numbers };
  const size = util.sizeFromShape(grad.shape);
  if (size > 0 && size <= MAX_ELEMENTS) {
    const next = names.map((part) => [part, gpu.awaited(grad.shape)] as const);
    gpu.runWithOthers(steps(choices, gpu), {
      inputs: { grad, ...Object.fromEntries(old.map(([part, tensor]) => [`${part}Old`, tensor])) },
      outputs: Object.fromEntries(next.map(([part, tensor]) => [`${part}Next`, tensor])),
      params,
    });
    return Object.fromEntries(next) as Record<Part, TensorInfo>;
  }
  const next = names.map((part) => [part, gpu.output(grad.shape)] as const);
  gpu.run(step(choices), {
    buffers: {
      gradTensor: grad,
      ...Object.fromEntries(old.map(([part, tensor]) => [`${part}Tensor`, tensor])),
      ...Object.fromEntries(next.map(([part, tensor]) => [`${part}NextTensor`, tensor])),
    },
    params: { size, ...params },
    workgroups: workgroupsFor(size),
  });
  return Object.fromEntries(next) as Record<Part, TensorInfo>;
}

const sgdStep = contractKernel('SgdStep', ({ param, grad, momentumBuffer }, attrs, gpu) => {
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = attrs;
  const buffer = momentumBuffer ? 'params.momentum * bufferOld + params.undamped * g' : 'g';
  const withMomentum = `
  let buffer = ${buffer};
  bufferNext = buffer;
  paramNext = paramOld - params.lr * ${nesterov ? '(g + params.momentum * buffer)' : 'buffer'};`;
  const next = update(gpu, {
    name: 'SGD step',
    formula: momentum === 0 ? 'paramNext = paramOld - params.lr * g;' : withMomentum,
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
    ? 'let scale = max(largestOld, square); largestNext = scale;'
    : 'let scale = square;';
  const next = update(gpu, {
    name: 'Adam step',
    formula: `
  let mean = params.beta1 * meanOld + params.rest1 * g;
  let square = params.beta2 * squareOld + params.rest2 * g * g;
  meanNext = mean;
  squareNext = square;
  ${scale}
  paramNext = params.decay * paramOld - params.rate * mean / (sqrt(scale) * params.correction + params.eps);`,
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
  meanNext = mean;
  let variance = square - mean * mean;`;
  const withMomentum = `
  let buffer = params.momentum * bufferOld + direction;
  bufferNext = buffer;
  paramNext = paramOld - params.lr * buffer;`;
  const next = update(gpu, {
    name: 'RMSprop step',
    formula: `
  let square = params.alpha * squareOld + params.rest * g * g;
  squareNext = square;
  ${gradAvg ? centered : 'let variance = square;'}
  let direction = g / (sqrt(variance) + params.eps);
  ${momentumBuffer ? withMomentum : 'paramNext = paramOld - params.lr * direction;'}`,
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
  sumNext = sum;
  paramNext = paramOld - params.lr * g / (sqrt(sum) + params.eps);`,
    grad,
    state: { param, sum },
    maximize,
    weightDecay,
    numbers: { lr, eps },
  });
});

export const optimizerKernels: readonly WebgpuKernel[] = [sgdStep, adamStep, rmspropStep, adagradStep];
