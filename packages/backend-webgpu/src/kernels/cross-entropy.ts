import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AttrsOf } from '@unroll/backend/contract';
import { workgroupsFor } from '../programs/each-item.ts';
import type { Lanes } from '../programs/lanes.ts';
import { programs } from '../programs/program.ts';
import {
  eachClass,
  lanesForRow,
  rowsOfWorkgroup,
  softmaxParams,
  softmaxRow,
  sumOfClasses,
} from '../programs/softmax-row.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { contractKernel, type WebgpuKernel } from './webgpu-kernel.ts';

interface Choices extends Lanes {
  readonly weighted: boolean;
  readonly smoothed: boolean;
}

const weightOf = ({ weighted }: Choices, c: string): string => (weighted ? `weight[${c}]` : '1.0');

const params = { ...softmaxParams, ignoreIndex: 'i32', smoothing: 'f32' } as const;

/**
 * The common beginning of a row's loss and gradient. For a row whose target is not a class, both are NaN, never another
 * row's.
 */
const beginning = (choices: Choices): string => `
${softmaxRow(choices)}
  let chosen = classes_[row];
  let isIgnored = chosen == params.ignoreIndex;
  let isClass = chosen >= 0 && u32(chosen) < params.classes;
  let isBad = !isIgnored && (isNaN(total) || !isClass);
  let own = select(0u, u32(chosen), isClass);
  let ownWeight = ${weightOf(choices, 'own')};`;

const forwardProgram = programs<Choices>((choices) => ({
  name: 'cross-entropy forward',
  params,
  buffers: {
    logits: ['read', 'f32'],
    classes_: ['read', 'i32'],
    ...(choices.weighted && { weight: ['read', 'f32'] as const }),
    loss: ['read_write', 'f32'],
    rowWeight: ['read_write', 'f32'],
  },
  code: `
${beginning(choices)}
  let logTotal = log(total);
  var value = ownWeight * (largest - logits[first + own] + logTotal);
  ${
    choices.smoothed
      ? `${sumOfClasses(choices, 'spread', `${weightOf(choices, 'c')} * (largest - logits[first + c] + logTotal)`)}
  value = (1.0 - params.smoothing) * value + params.smoothing / f32(params.classes) * spread;`
      : ''
  }
  if (isRow && lane == 0u) {
    loss[row] = select(select(value, 0.0, isIgnored), params.notANumber, isBad);
    rowWeight[row] = select(0.0, ownWeight, isClass && !isIgnored);
  }
}`,
}));

/** The loss is Σ_c q[c]·(−log p[c]) with q = (1−ε)·w[t]·onehot(t) + ε/C·w; its gradient is (Σ q)·p − q. */
const backwardProgram = programs<Choices>((choices) => ({
  name: 'cross-entropy backward',
  params,
  buffers: {
    logits: ['read', 'f32'],
    classes_: ['read', 'i32'],
    ...(choices.weighted && { weight: ['read', 'f32'] as const }),
    dLoss: ['read', 'f32'],
    dLogits: ['read_write', 'f32'],
  },
  code: `
${beginning(choices)}
  ${
    choices.smoothed
      ? `${sumOfClasses(choices, 'weights', weightOf(choices, 'c'))}
  let spread = params.smoothing / f32(params.classes);`
      : ''
  }
  if (!isRow) { return; }
  let scale = dLoss[row];
  ${eachClass(
    choices,
    `let p = shareOf(logits[first + c], largest) / total;
    var d = ownWeight * select(p, p - 1.0, c == own);
    ${choices.smoothed ? `d = (1.0 - params.smoothing) * d + spread * (p * weights - ${weightOf(choices, 'c')});` : ''}
    dLogits[first + c] = select(select(d * scale, 0.0, isIgnored), params.notANumber, isBad);`,
  )}
}`,
}));

interface Rows {
  readonly logits: TensorInfo;
  readonly weight?: TensorInfo | undefined;
}

/** The arguments of the programs of both directions. */
function callFor({ logits, weight }: Rows, attrs: AttrsOf<'CrossEntropyForward'>) {
  const [rows, classes] = logits.shape as [number, number];
  const share = lanesForRow(rows, classes);
  const choices: Choices = {
    ...share,
    weighted: weight !== undefined,
    smoothed: attrs.labelSmoothing > 0,
  };
  return {
    choices,
    params: {
      rows,
      classes,
      least: Number.NEGATIVE_INFINITY,
      notANumber: Number.NaN,
      ignoreIndex: attrs.ignoreIndex,
      smoothing: attrs.labelSmoothing,
    },
    workgroups: workgroupsFor(rows, rowsOfWorkgroup(share)),
  };
}

const forward = contractKernel('CrossEntropyForward', (inputs, attrs, gpu: WebgpuBackend) => {
  const { logits, target, weight } = inputs;
  const loss = gpu.output([logits.shape[0]]);
  const rowWeight = gpu.output([logits.shape[0]]);
  const { choices, ...call } = callFor(inputs, attrs);
  gpu.run(forwardProgram(choices), {
    ...call,
    buffers: { logits, classes_: target, weight, loss, rowWeight },
  });
  return { loss, rowWeight };
});

const backward = contractKernel('CrossEntropyBackward', (inputs, attrs, gpu: WebgpuBackend) => {
  const { logits, target, weight, dLoss } = inputs;
  const dLogits = gpu.output(logits.shape);
  const { choices, ...call } = callFor(inputs, attrs);
  gpu.run(backwardProgram(choices), {
    ...call,
    buffers: { logits, classes_: target, weight, dLoss, dLogits },
  });
  return { dLogits };
});

export const crossEntropyKernels: readonly WebgpuKernel[] = [forward, backward];
