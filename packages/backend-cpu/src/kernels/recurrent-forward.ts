import type { TensorInfo } from '@tensorflow/tfjs-core';
import { GATES, type InputsOf } from '@unroll/backend/contract';
import type { CpuBackend } from '../cpu-backend.ts';
import { RecurrentMode } from '../generated/shared.ts';
import { contractKernel } from './cpu-kernel.ts';
import { matrix, packMatrix, product } from './product.ts';
import { packsWeights, reserveWidth, rowsGrain } from './recurrent-plan.ts';

/** See assembly/recurrent-forward.ts for the computation of each step. */
export const recurrentForward = contractKernel(
  'RecurrentForward',
  (inputs, { mode, reverse, training }, cpu) => {
    const { x, weightIh, weightHh, weightHr, h0, c0, lengths } = inputs;
    const [steps, rows, features] = x.shape;
    const gatesSize = weightIh.shape[0]; // G·H
    const hiddenSize = gatesSize / GATES[mode];
    const outputSize = weightHh.shape[1]; // P|H

    const y = cpu.output([steps, rows, outputSize], 'float32');
    const hN = cpu.output([rows, outputSize], 'float32');
    const cN = mode === 'lstm' ? cpu.output([rows, hiddenSize], 'float32') : undefined;
    const width = reserveWidth(mode, hiddenSize);
    const reserve = training ? cpu.output(width > 0 ? [steps, rows, width] : [0], 'float32') : undefined;
    // A plain RNN's gates become its outputs in place. An LSTM without training needs no space for cell states.
    const gatesWidth = width === 0 ? hiddenSize : mode === 'lstm' && !training ? gatesSize : width;
    const gates = width === 0 ? y.pointer : (reserve?.pointer ?? cpu.scratch(4 * steps * rows * gatesWidth));

    const biases = gateBiases(cpu, inputs, mode === 'gru' ? 2 * hiddenSize : gatesSize);
    product(cpu, {
      m: steps * rows,
      k: features,
      n: gatesSize,
      a: matrix(cpu.pointer(x), features),
      b: matrix(cpu.pointer(weightIh), features, true),
      c: { pointer: gates, rowStride: gatesWidth },
      bias: biases,
    });

    const pack = (pointer: number, columns: number) =>
      packMatrix(cpu, matrix(pointer, outputSize, true), outputSize, columns);
    const packs = packsWeights(steps, rows);
    const hh = cpu.pointer(weightHh);
    const job = cpu.struct('RecurrentForward', {
      mode: RecurrentMode[mode],
      steps,
      rows,
      hiddenSize,
      outputSize,
      reverse: Number(reverse),
      training: Number(training),
      gates,
      gatesWidth,
      packedHh: packs ? pack(hh, mode === 'gru' ? 2 * hiddenSize : gatesSize) : 0,
      packedHn: packs && mode === 'gru' ? pack(hh + 4 * 2 * hiddenSize * outputSize, hiddenSize) : 0,
      weightHh: hh,
      biasHn: mode === 'gru' && inputs.biasHh ? cpu.pointer(inputs.biasHh) + 4 * 2 * hiddenSize : 0,
      packedHr: weightHr
        ? packMatrix(cpu, matrix(cpu.pointer(weightHr), hiddenSize, true), hiddenSize, outputSize)
        : 0,
      hidden: weightHr ? cpu.scratch(4 * rows * hiddenSize) : 0,
      h0: cpu.pointerIfAny(h0),
      startsFromZero: h0 ? 0 : cpu.wasm.allFinite(hh, gatesSize * outputSize),
      c0: cpu.pointerIfAny(c0),
      lengths: cpu.pointerIfAny(lengths),
      y: y.pointer,
      h: hN.pointer,
      c: cN?.pointer ?? 0,
    });
    const work = steps * gatesSize * outputSize; // multiply-adds per row
    cpu.parallel('recurrentForward', [job], rows, rowsGrain(cpu, rows, work));

    return { y: y.info, hN: hN.info, cN: cN?.info, reserve: reserve?.info };
  },
);

/**
 * The initial value of the gates, `[G·H]`: b_ih, plus b_hh in its first `shared` elements. The rest of b_hh, a GRU's n
 * third, is inside the product with r and is added there.
 */
function gateBiases(
  cpu: CpuBackend,
  { biasIh, biasHh, weightIh }: InputsOf<'RecurrentForward', TensorInfo>,
  shared: number,
): number | undefined {
  if (!biasHh) return biasIh && cpu.pointer(biasIh);
  const size = weightIh.shape[0];
  const pointer = cpu.scratch(4 * size);
  const sum = cpu.floats(pointer, size);
  if (biasIh) sum.set(cpu.floats(cpu.pointer(biasIh), size));
  else sum.fill(0);
  const hidden = cpu.floats(cpu.pointer(biasHh), size);
  for (let i = 0; i < shared; i++) sum[i]! += hidden[i]!;
  return pointer;
}
