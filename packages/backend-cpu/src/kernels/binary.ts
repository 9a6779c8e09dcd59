import {
  Add,
  broadcast_util,
  EluGrad,
  Maximum,
  Minimum,
  Multiply,
  RealDiv,
  SquaredDifference,
  Sub,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import type { CpuBackend } from '../cpu-backend.ts';
import type { KernelName } from '../wasm.ts';
import { foldBroadcast, type MatrixLayout, type OperandLayout } from './broadcast.ts';
import { type CpuKernel, tfjsKernel } from './cpu-kernel.ts';
import { ELEMENTS, itemsOf } from './grain.ts';

/** tfjs's kernel name, the function of assembly/binary.ts, and the names of the operands. */
const functions: readonly (readonly [string, KernelName, string, string])[] = [
  [Add, 'add', 'a', 'b'],
  [Sub, 'sub', 'a', 'b'],
  [Multiply, 'multiply', 'a', 'b'],
  [RealDiv, 'realDiv', 'a', 'b'],
  [Maximum, 'maximum', 'a', 'b'],
  [Minimum, 'minimum', 'a', 'b'],
  [SquaredDifference, 'squaredDifference', 'a', 'b'],
  [EluGrad, 'eluGrad', 'dy', 'y'],
];

/** y = f(a, b) for float32 operands that fold to rows and columns; tfjs-backend-cpu computes all others. */
export const binaryKernels: readonly CpuKernel[] = functions.map(([kernelName, name, aName, bName]) =>
  tfjsKernel<Record<string, TensorInfo>>(kernelName, (inputs, _, cpu) => {
    const a = inputs[aName]!;
    const b = inputs[bName]!;
    if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
    const shape = broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const layout = foldBroadcast(a.shape, b.shape, shape);
    if (!layout) return undefined;
    const y = cpu.output(shape, 'float32');
    apply(cpu, name, cpu.pointer(a), cpu.pointer(b), y.pointer, layout);
    return y.info;
  }),
);

function apply(
  cpu: CpuBackend,
  name: KernelName,
  a: number,
  b: number,
  y: number,
  { rows, columns, a: aLayout, b: bLayout }: MatrixLayout,
): void {
  const run = (first: number, rowCount: number, width: number, aStep: number, bStep: number) => {
    const place = (pointer: number, { perRow }: OperandLayout) => pointer + (perRow ? 0 : 4 * first);
    // biome-ignore format: the arguments of the kernel, as it declares them
    const args = [
      place(a, aLayout), 4 * aStep, Number(aLayout.perRow),
      place(b, bLayout), 4 * bStep, Number(bLayout.perRow),
      y + 4 * first, width,
    ];
    cpu.parallel(name, args, rowCount, itemsOf(width));
  };
  if (rows > 1 || columns <= ELEMENTS) {
    run(0, rows, columns, aLayout.step, bLayout.step);
    return;
  }
  // One long row is cut into pieces that threads can share, and a remainder.
  const whole = Math.floor(columns / ELEMENTS);
  const step = ({ perRow }: OperandLayout) => (perRow ? 0 : ELEMENTS);
  run(0, whole, ELEMENTS, step(aLayout), step(bLayout));
  if (columns % ELEMENTS > 0) run(whole * ELEMENTS, 1, columns % ELEMENTS, 0, 0);
}
