import type { TensorInfo } from '@tensorflow/tfjs-core';
import { GATES, type InputsOf } from '@unroll/backend/contract';
import { workgroupsFor } from '../programs/each-item.ts';
import { packedSize, packWeights } from '../recurrent/arrange.ts';
import { runForward } from '../recurrent/run-forward.ts';
import { reserveWidth, stateSize, type Variant } from '../recurrent/variant.ts';
import type { WebgpuBackend } from '../webgpu-backend.ts';
import { runOther } from './run-other.ts';
import { contractKernel } from './webgpu-kernel.ts';

type Inputs = InputsOf<'RecurrentForward', TensorInfo>;

/** See recurrent/loop-forward.ts and recurrent/step-forward.ts for the computation of each step. */
export const recurrentForward = contractKernel(
  'RecurrentForward',
  (inputs, { mode, reverse, training }, gpu) => {
    const { x, weightIh, weightHr, h0, c0, lengths } = inputs;
    const [steps, rows] = x.shape;
    const variant: Variant = {
      mode,
      reverse,
      hiddenSize: weightIh.shape[0] / GATES[mode],
      projSize: weightHr?.shape[0] ?? 0,
      hasLengths: lengths !== undefined,
      training,
    };
    const features = stateSize(variant);

    const y = gpu.output([steps, rows, features]);
    const hN = gpu.output([rows, features]);
    const cN = mode === 'lstm' ? gpu.output([rows, variant.hiddenSize]) : undefined;
    const width = reserveWidth(variant);
    const reserve = training ? gpu.output(width > 0 ? [steps, rows, width] : [0]) : undefined;
    if (rows > 0) {
      gpu.copy(h0, hN);
      if (cN) gpu.copy(c0, cN);
      const buffers = {
        projected: inputProduct(gpu, inputs),
        weights: packed(gpu, inputs, variant),
        lengths,
        h0,
        y,
        hN,
        cN,
        reserve,
      };
      runForward(gpu, variant, { buffers, steps, rows });
    }
    return { y, hN, cN, reserve };
  },
);

/** x·W_ihᵀ + b_ih for all steps at once, `[T·N, G·H]` */
function inputProduct(gpu: WebgpuBackend, { x, weightIh, biasIh }: Inputs): TensorInfo {
  const [steps, rows, features] = x.shape;
  const a = { ...x, shape: [1, steps * rows, features] };
  const b = { ...weightIh, shape: [1, ...weightIh.shape] };
  const attrs = { transposeA: false, transposeB: true, activation: 'linear' };
  return gpu.adoptScratch(runOther(gpu, '_FusedMatMul', biasIh ? { a, b, bias: biasIh } : { a, b }, attrs));
}

/** See `packWeights`. */
function packed(gpu: WebgpuBackend, { weightHh, biasHh, weightHr }: Inputs, variant: Variant): TensorInfo {
  const [gates, state] = weightHh.shape;
  const size = packedSize(variant);
  const result = gpu.scratch([size]);
  gpu.run(packWeights({ hasBias: biasHh !== undefined, projects: weightHr !== undefined }), {
    buffers: { weightHh, biasHh, weightHr, packed: result },
    params: { size, gates, state, hidden: variant.hiddenSize },
    workgroups: workgroupsFor(size),
  });
  return result;
}
