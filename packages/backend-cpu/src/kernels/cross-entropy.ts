import { util } from '@tensorflow/tfjs-core';
import { type CpuKernel, contractKernel } from './cpu-kernel.ts';
import { itemsOf } from './grain.ts';

const forward = contractKernel(
  'CrossEntropyForward',
  ({ logits, target, weight }, { ignoreIndex, labelSmoothing }, cpu) => {
    const [rows, classes] = logits.shape;
    const loss = cpu.output([rows], 'float32');
    const rowWeight = cpu.output([rows], 'float32');
    const targets = cpu.pointer(target);
    const bad = cpu.wasm.crossEntropyForward(
      cpu.pointer(logits),
      targets,
      cpu.pointerIfAny(weight),
      loss.pointer,
      rowWeight.pointer,
      cpu.scratch(4 * classes),
      classes,
      ignoreIndex,
      labelSmoothing,
      rows,
    );
    if (bad >= 0) {
      const value = cpu.integers(targets, rows)[bad];
      throw new Error(
        `crossEntropy: target[${bad}] is ${value}; expected a class in 0…${classes - 1}, or ${ignoreIndex}`,
      );
    }
    return { loss: loss.info, rowWeight: rowWeight.info };
  },
);

const backward = contractKernel(
  'CrossEntropyBackward',
  ({ logits, target, weight, dLoss }, { ignoreIndex, labelSmoothing }, cpu) => {
    const [rows, classes] = logits.shape;
    const dLogits = cpu.output([rows, classes], 'float32');
    const weights = cpu.pointerIfAny(weight);
    const weightSum = weight
      ? cpu.floats(weights, util.sizeFromShape(weight.shape)).reduce((a, b) => a + b, 0)
      : classes;
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      cpu.pointer(logits), cpu.pointer(target), weights, cpu.pointer(dLoss), dLogits.pointer,
      classes, ignoreIndex, labelSmoothing, weightSum,
    ];
    cpu.parallel('crossEntropyBackward', args, rows, itemsOf(4 * classes));
    return { dLogits: dLogits.info };
  },
);

export const crossEntropyKernels: readonly CpuKernel[] = [forward, backward];
