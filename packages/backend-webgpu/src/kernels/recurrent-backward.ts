import { workgroupsFor } from '../programs/each-item.ts';
import { hiddenFeatures, previousStates } from '../recurrent/arrange.ts';
import { runBackward } from '../recurrent/run-backward.ts';
import { gateCount, stateSize, type Variant } from '../recurrent/variant.ts';
import { contractKernel } from './webgpu-kernel.ts';

/** See recurrent/loop-backward.ts and recurrent/step-backward.ts for the computation of each step. */
export const recurrentBackward = contractKernel('RecurrentBackward', (inputs, { mode, reverse }, gpu) => {
  const { dy, dhN, dcN, y, reserve, weightHh, weightHr, h0, lengths } = inputs;
  const [steps, rows] = y.shape;
  const variant: Variant = {
    mode,
    reverse,
    hiddenSize: weightHh.shape[0] / gateCount({ mode }),
    projSize: weightHr?.shape[0] ?? 0,
    hasLengths: lengths !== undefined,
    training: true,
  };
  const { hiddenSize, projSize, hasLengths } = variant;
  const features = stateSize(variant);
  const all = steps * rows;

  const overSteps = (size: number) => gpu.output([all, size]);
  const dGates = overSteps(weightHh.shape[0]);
  const dGatesHh = mode === 'gru' ? overSteps(weightHh.shape[0]) : undefined;
  const hPrev = overSteps(features);
  const dh0 = gpu.output([rows, features]);
  const dc0 = mode === 'lstm' ? gpu.output([rows, hiddenSize]) : undefined;
  const dProjected = projSize ? overSteps(projSize) : undefined;
  const hidden = projSize ? overSteps(hiddenSize) : undefined;
  if (rows > 0) {
    gpu.copy(dhN, dh0);
    if (dc0) gpu.copy(dcN, dc0);
    if (dProjected) gpu.copy(dy, dProjected);
    gpu.run(previousStates({ reverse, hasLengths, hasH0: h0 !== undefined }), {
      buffers: { y, h0, lengths, hPrev },
      params: { size: all * features, steps, rows, features },
      workgroups: workgroupsFor(all * features),
    });
    const buffers = {
      dy,
      weightHh,
      weightHr,
      reserve,
      y,
      hPrev,
      lengths,
      dGates,
      dGatesHh,
      dh0,
      dc0,
      dProjected,
    };
    runBackward(gpu, variant, { buffers, steps, rows });
    if (hidden) {
      gpu.run(hiddenFeatures({ hasLengths }), {
        buffers: { reserve, lengths, features: hidden },
        params: { size: all * hiddenSize, rows, hidden: hiddenSize },
        workgroups: workgroupsFor(all * hiddenSize),
      });
    }
  }
  return { dGates, dGatesHh, hPrev, dh0, dc0, dProjected, hidden };
});
