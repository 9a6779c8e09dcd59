import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { type CpuKernel, contractKernel } from './cpu-kernel.ts';
import { itemsOf, LANES } from './grain.ts';

const vectorsOf = (tensor: TensorInfo): number => Math.ceil(util.sizeFromShape(tensor.shape) / LANES);

/** −1 negates the gradient, so that descent maximises. */
const sign = (maximize: boolean): number => (maximize ? -1 : 1);

const sgdStep = contractKernel('SgdStep', (inputs, attrs, cpu) => {
  const { param, grad, momentumBuffer } = inputs;
  const { lr, momentum, dampening, weightDecay, nesterov, maximize } = attrs;
  const next = cpu.output(param.shape, 'float32');
  const nextBuffer = momentum === 0 ? undefined : cpu.output(param.shape, 'float32');
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
    cpu.pointer(param), cpu.pointer(grad), cpu.pointerIfAny(momentumBuffer), next.pointer, nextBuffer?.pointer ?? 0,
    lr, momentum, dampening, weightDecay, Number(nesterov), sign(maximize),
  ];
  cpu.parallel('sgdStep', args, vectorsOf(param), itemsOf(LANES));
  return { param: next.info, momentumBuffer: nextBuffer?.info };
});

const adamStep = contractKernel('AdamStep', (inputs, attrs, cpu) => {
  const { param, grad, expAvg, expAvgSq, maxExpAvgSq } = inputs;
  const { lr, beta1, beta2, eps, weightDecay, decoupledWeightDecay, step, maximize } = attrs;
  const like = () => cpu.output(param.shape, 'float32');
  const [next, nextAvg, nextAvgSq] = [like(), like(), like()];
  const nextMax = maxExpAvgSq && like();
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
    cpu.pointer(param), cpu.pointer(grad), cpu.pointer(expAvg), cpu.pointer(expAvgSq), cpu.pointerIfAny(maxExpAvgSq),
    next.pointer, nextAvg.pointer, nextAvgSq.pointer, nextMax?.pointer ?? 0,
    beta1, beta2, eps, decoupledWeightDecay ? 0 : weightDecay, decoupledWeightDecay ? 1 - lr * weightDecay : 1,
    lr / (1 - beta1 ** step), 1 / Math.sqrt(1 - beta2 ** step), sign(maximize), 1 - beta1, 1 - beta2,
  ];
  cpu.parallel('adamStep', args, vectorsOf(param), itemsOf(LANES));
  return { param: next.info, expAvg: nextAvg.info, expAvgSq: nextAvgSq.info, maxExpAvgSq: nextMax?.info };
});

const rmspropStep = contractKernel('RmspropStep', (inputs, attrs, cpu) => {
  const { param, grad, squareAvg, momentumBuffer, gradAvg } = inputs;
  const { lr, alpha, eps, weightDecay, momentum, maximize } = attrs;
  const like = () => cpu.output(param.shape, 'float32');
  const [next, nextAvg] = [like(), like()];
  const nextBuffer = momentumBuffer && like();
  const nextGradAvg = gradAvg && like();
  // biome-ignore format: the arguments of the kernel, as it declares them
  const args = [
      cpu.pointer(param), cpu.pointer(grad), cpu.pointer(squareAvg), cpu.pointerIfAny(momentumBuffer), cpu.pointerIfAny(gradAvg),
      next.pointer, nextAvg.pointer, nextBuffer?.pointer ?? 0, nextGradAvg?.pointer ?? 0,
      lr, alpha, 1 - alpha, eps, weightDecay, momentum, sign(maximize),
    ];
  cpu.parallel('rmspropStep', args, vectorsOf(param), itemsOf(LANES));
  return {
    param: next.info,
    squareAvg: nextAvg.info,
    momentumBuffer: nextBuffer?.info,
    gradAvg: nextGradAvg?.info,
  };
});

const adagradStep = contractKernel(
  'AdagradStep',
  ({ param, grad, sum }, { lr, eps, weightDecay, maximize }, cpu) => {
    const next = cpu.output(param.shape, 'float32');
    const nextSum = cpu.output(param.shape, 'float32');
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      cpu.pointer(param), cpu.pointer(grad), cpu.pointer(sum), next.pointer, nextSum.pointer,
      lr, eps, weightDecay, sign(maximize),
    ];
    cpu.parallel('adagradStep', args, vectorsOf(param), itemsOf(LANES));
    return { param: next.info, sum: nextSum.info };
  },
);

const globalNorm = contractKernel('GlobalNorm', (inputs, _, cpu) => {
  const norm = cpu.output([], 'float32');
  let squares = 0;
  for (const tensor of Object.values(inputs)) {
    squares += cpu.wasm.sumOfSquares(cpu.pointer(tensor), util.sizeFromShape(tensor.shape));
  }
  cpu.floats(norm.pointer, 1)[0] = Math.sqrt(squares);
  return { norm: norm.info };
});

const scaleTensors = contractKernel('ScaleTensors', (inputs, _, cpu) => {
  const { factor, ...tensors } = inputs;
  const by = cpu.pointer(factor);
  const scaledBy = (tensor: TensorInfo): TensorInfo => {
    const scaled = cpu.output(tensor.shape, 'float32');
    const size = util.sizeFromShape(tensor.shape);
    cpu.parallel('multiply', [cpu.pointer(tensor), 4, 0, by, 0, 1, scaled.pointer, size], 1, 1);
    return scaled.info;
  };
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, scaledBy(tensor)]));
});

export const optimizerKernels: readonly CpuKernel[] = [
  sgdStep,
  adamStep,
  rmspropStep,
  adagradStep,
  globalNorm,
  scaleTensors,
];
