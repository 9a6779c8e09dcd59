import { LogSoftmax, Softmax, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { workgroupsFor } from '../programs/each-item.ts';
import type { Lanes } from '../programs/lanes.ts';
import { programs } from '../programs/program.ts';
import {
  eachClass,
  lanesForRow,
  rowsOfWorkgroup,
  softmaxParams,
  softmaxRow,
} from '../programs/softmax-row.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { tfjsKernel, type WebgpuKernel } from './webgpu-kernel.ts';

const softmaxRows = programs<Lanes & { readonly logarithm: boolean }>(({ logarithm, ...share }) => ({
  name: logarithm ? 'log softmax' : 'softmax',
  params: softmaxParams,
  buffers: { logits: ['read', 'f32'], y: ['read_write', 'f32'] },
  code: `
${softmaxRow(share)}
  if (!isRow) { return; }
  let logTotal = select(log(total), total, isNaN(total));
  ${eachClass(
    share,
    `let logit = logits[first + c];
    y[first + c] = ${logarithm ? 'logit - largest - logTotal' : 'shareOf(logit, largest) / total'};`,
  )}
}`,
}));

/** Along the last axis; TensorFlow.js supports no other axis. */
function softmax(
  gpu: WebgpuBackend,
  logits: TensorInfo,
  axis: number,
  logarithm: boolean,
): TensorInfo | undefined {
  const last = logits.shape.length - 1;
  if (logits.dtype !== 'float32' || (axis !== last && axis !== -1) || last < 0) return undefined;
  const y = gpu.output(logits.shape);
  const classes = logits.shape[last]!;
  const rows = util.sizeFromShape(logits.shape.slice(0, -1));
  if (classes === 0) return y;
  const share = lanesForRow(rows, classes);
  gpu.run(softmaxRows({ ...share, logarithm }), {
    buffers: { logits, y },
    params: { rows, classes, least: Number.NEGATIVE_INFINITY, notANumber: Number.NaN },
    workgroups: workgroupsFor(rows, rowsOfWorkgroup(share)),
  });
  return y;
}

interface Inputs {
  readonly logits: TensorInfo;
}

export const softmaxKernels: readonly WebgpuKernel[] = [
  tfjsKernel<Inputs, { readonly dim: number }>(Softmax, ({ logits }, { dim }, gpu) =>
    softmax(gpu, logits, dim, false),
  ),
  tfjsKernel<Inputs, { readonly axis: number }>(LogSoftmax, ({ logits }, { axis }, gpu) =>
    softmax(gpu, logits, axis, true),
  ),
];
