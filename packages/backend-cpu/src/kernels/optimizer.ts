import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import {
  AdagradStep,
  type AdagradStepAttrs,
  type AdagradStepInputs,
  AdamStep,
  type AdamStepAttrs,
  type AdamStepInputs,
  GlobalNorm,
  RmspropStep,
  type RmspropStepAttrs,
  type RmspropStepInputs,
  ScaleTensors,
  SgdStep,
  type SgdStepAttrs,
  type SgdStepInputs,
} from '@unroll/backend';
import type { CpuBackend } from '../cpu-backend.ts';
import { type CpuKernel, defineKernel } from './define-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

const pointerOf = (cpu: CpuBackend, tensor: TensorInfo | undefined) => (tensor ? cpu.pointer(tensor) : 0);

const vectorsOf = (tensor: TensorInfo): number => Math.ceil(util.sizeFromShape(tensor.shape) / LANES);

/** −1 turns a gradient to ascend into one to descend. */
const sign = (maximize: boolean): number => (maximize ? -1 : 1);

const sgdStep = defineKernel<SgdStepInputs, SgdStepAttrs>(SgdStep, ({ inputs, attrs, cpu }) => {
  const { param, grad, momentumBuffer } = inputs;
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = attrs;
  const next = cpu.output(param.shape, 'float32');
  const nextBuffer = momentum === 0 ? undefined : cpu.output(param.shape, 'float32');
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
    cpu.pointer(param), cpu.pointer(grad), pointerOf(cpu, momentumBuffer), next.pointer, nextBuffer?.pointer ?? 0,
    lr, momentum, dampening, weightDecay, Number(nesterov), sign(maximize),
  ];
  cpu.parallel('sgdStep', args, vectorsOf(param), itemsOf(LANES));
  return [next.info, ...(nextBuffer ? [nextBuffer.info] : [])];
});

const adamStep = defineKernel<AdamStepInputs, AdamStepAttrs>(AdamStep, ({ inputs, attrs, cpu }) => {
  const { param, grad, expAvg, expAvgSq, maxExpAvgSq } = inputs;
  const { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step, maximize } = attrs;
  const like = () => cpu.output(param.shape, 'float32');
  const [next, nextAvg, nextAvgSq] = [like(), like(), like()];
  const nextMax = maxExpAvgSq && like();
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
    cpu.pointer(param), cpu.pointer(grad), cpu.pointer(expAvg), cpu.pointer(expAvgSq), pointerOf(cpu, maxExpAvgSq),
    next.pointer, nextAvg.pointer, nextAvgSq.pointer, nextMax?.pointer ?? 0,
    beta1, beta2, eps, decoupledWeightDecay ? 0 : weightDecay, decoupledWeightDecay ? 1 - lr * weightDecay : 1,
    lr / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), sign(maximize), 1 - beta1, 1 - beta2,
  ];
  cpu.parallel('adamStep', args, vectorsOf(param), itemsOf(LANES));
  return [next.info, nextAvg.info, nextAvgSq.info, ...(nextMax ? [nextMax.info] : [])];
});

const rmspropStep = defineKernel<RmspropStepInputs, RmspropStepAttrs>(
  RmspropStep,
  ({ inputs, attrs, cpu }) => {
    const { param, grad, squareAvg, momentumBuffer, gradAvg } = inputs;
    const { lr, alpha, eps, weightDecay, momentum, maximize } = attrs;
    const like = () => cpu.output(param.shape, 'float32');
    const [next, nextAvg] = [like(), like()];
    const nextBuffer = momentumBuffer && like();
    const nextGradAvg = gradAvg && like();
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      cpu.pointer(param), cpu.pointer(grad), cpu.pointer(squareAvg), pointerOf(cpu, momentumBuffer), pointerOf(cpu, gradAvg),
      next.pointer, nextAvg.pointer, nextBuffer?.pointer ?? 0, nextGradAvg?.pointer ?? 0,
      lr, alpha, 1 - alpha, eps, weightDecay, momentum, sign(maximize),
    ];
    cpu.parallel('rmspropStep', args, vectorsOf(param), itemsOf(LANES));
    return [next, nextAvg, nextBuffer, nextGradAvg].flatMap((output) => (output ? [output.info] : []));
  },
);

const adagradStep = defineKernel<AdagradStepInputs, AdagradStepAttrs>(
  AdagradStep,
  ({ inputs: { param, grad, sum }, attrs: { lr, eps, weightDecay, maximize }, cpu }) => {
    const next = cpu.output(param.shape, 'float32');
    const nextSum = cpu.output(param.shape, 'float32');
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      cpu.pointer(param), cpu.pointer(grad), cpu.pointer(sum), next.pointer, nextSum.pointer,
      lr, eps, weightDecay, sign(maximize),
    ];
    cpu.parallel('adagradStep', args, vectorsOf(param), itemsOf(LANES));
    return [next.info, nextSum.info];
  },
);

const globalNorm = defineKernel<Record<string, TensorInfo>>(GlobalNorm, ({ inputs, cpu }) => {
  const norm = cpu.output([], 'float32');
  let squares = 0;
  for (const tensor of Object.values(inputs)) {
    squares += cpu.wasm.sumOfSquares(cpu.pointer(tensor), util.sizeFromShape(tensor.shape));
  }
  cpu.floats(norm.pointer, 1)[0] = Math.sqrt(squares);
  return [norm.info];
});

const scaleTensors = defineKernel<Record<string, TensorInfo>>(ScaleTensors, ({ inputs, cpu }) => {
  const { factor, ...tensors } = inputs;
  const by = cpu.pointer(factor!);
  return Object.values(tensors).map((tensor) => {
    const scaled = cpu.output(tensor.shape, 'float32');
    const size = util.sizeFromShape(tensor.shape);
    cpu.parallel('multiply', [cpu.pointer(tensor), 4, 0, by, 0, 1, scaled.pointer, size], 1, 1);
    return scaled.info;
  });
});

export const optimizerKernels: readonly CpuKernel[] = [
  sgdStep,
  adamStep,
  rmspropStep,
  adagradStep,
  globalNorm,
  scaleTensors,
];
