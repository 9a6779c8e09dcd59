import { RecurrentMode } from '../generated/shared.ts';
import { contractKernel } from './cpu-kernel.ts';
import { matrix, packMatrix } from './product.ts';
import { packsWeights, reserveWidth, rowsGrain } from './recurrent-plan.ts';

/** See assembly/recurrent-backward.ts for the computation of each step. */
export const recurrentBackward = contractKernel('RecurrentBackward', (inputs, { mode, reverse }, cpu) => {
  const { dy, dhN, dcN, y, reserve, weightHh, weightHr, h0, c0, lengths } = inputs;
  const [steps, rows, outputSize] = y.shape;
  const gatesSize = weightHh.shape[0]; // G·H
  const hiddenSize = weightHr ? weightHr.shape[1] : outputSize;

  const overSteps = (size: number) => cpu.output([steps * rows, size], 'float32');
  const dGates = overSteps(gatesSize);
  const dGatesHh = mode === 'gru' ? overSteps(gatesSize) : undefined;
  const hPrev = overSteps(outputSize);
  const dh0 = cpu.output([rows, outputSize], 'float32');
  const dc0 = mode === 'lstm' ? cpu.output([rows, hiddenSize], 'float32') : undefined;
  const dProjected = weightHr && overSteps(outputSize);
  const hidden = weightHr && overSteps(hiddenSize);

  const hh = cpu.pointer(weightHh);
  const job = cpu.struct('RecurrentBackward', {
    mode: RecurrentMode[mode],
    steps,
    rows,
    hiddenSize,
    outputSize,
    reverse: Number(reverse),
    gatesSize,
    dy: cpu.pointer(dy),
    y: cpu.pointer(y),
    reserve: cpu.pointer(reserve),
    reserveWidth: reserveWidth(mode, hiddenSize),
    packedHh: packsWeights(steps, rows) ? packMatrix(cpu, matrix(hh, outputSize), gatesSize, outputSize) : 0,
    weightHh: hh,
    packedHr: weightHr
      ? packMatrix(cpu, matrix(cpu.pointer(weightHr), hiddenSize), outputSize, hiddenSize)
      : 0,
    dHidden: weightHr ? cpu.scratch(4 * rows * hiddenSize) : 0,
    h0: cpu.pointerIfAny(h0),
    c0: cpu.pointerIfAny(c0),
    lengths: cpu.pointerIfAny(lengths),
    dhN: cpu.pointer(dhN),
    dcN: cpu.pointerIfAny(dcN),
    dGates: dGates.pointer,
    dGatesHh: (dGatesHh ?? dGates).pointer,
    hPrev: hPrev.pointer,
    dh: dh0.pointer,
    dc: dc0?.pointer ?? 0,
    dProjected: dProjected?.pointer ?? 0,
    hidden: hidden?.pointer ?? 0,
  });
  const work = steps * gatesSize * outputSize; // multiply-adds per row
  cpu.parallel('recurrentBackward', [job], rows, rowsGrain(cpu, rows, work));

  return {
    dGates: dGates.info,
    dGatesHh: dGatesHh?.info,
    hPrev: hPrev.info,
    dh0: dh0.info,
    dc0: dc0?.info,
    dProjected: dProjected?.info,
    hidden: hidden?.info,
  };
});
