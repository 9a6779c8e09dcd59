import { Mean, util } from '@tensorflow/tfjs-core';
import { allocate, type NumericType } from '../arrays/elements.ts';
import type { Operand, Value } from '../recording/recorded.ts';
import type { HostKernels } from './host-kernels.ts';
import { hostTensors, valueFromHost } from './host-tensor.ts';

/** Whether neither the value nor a part of it has elements. */
const isEmpty = ({ shape, parts }: Value): boolean => shape.includes(0) && parts.every(isEmpty);

/**
 * Results that need no run: results without elements, and results of inputs without elements; undefined for others.
 * ONNX Runtime's operators do not support empty batches. Its LSTM ends the process.
 *
 * @param outputs values for the results
 */
export function resultsOfNothing(
  hostKernels: HostKernels,
  { kernel, attrs, operands }: { kernel: string; attrs: unknown; operands: readonly Operand[] },
  outputs: readonly Value[],
): readonly Value[] | undefined {
  if (outputs.every(isEmpty)) {
    for (const output of outputs) {
      for (const value of [output, ...output.parts])
        value.setElements(allocate(value.dtype as NumericType, 0), false);
    }
    return outputs;
  }
  if (operands.length === 0 || !operands.every(({ value }) => isEmpty(value))) return undefined;
  if (!hostKernels.has(kernel)) return undefined;
  if (kernel === Mean) {
    // The host's kernel divides before it adds, so it returns 0 for no elements.
    const [mean] = outputs as [Value];
    mean.setElements(new Float32Array(util.sizeFromShape([...mean.shape])).fill(Number.NaN), false);
    return outputs;
  }
  return hostKernels.run(kernel, hostTensors(operands), attrs).map(valueFromHost);
}
