import type { DataType } from '@tensorflow/tfjs-core';
import type { Elements, HostOnly } from '../arrays/elements.ts';
import { type Operand, Value } from '../recording/recorded.ts';

/** A value's data on the host, with the shape in which a call takes it. */
export interface HostTensor {
  readonly shape: readonly number[];
  readonly dtype: DataType;
  readonly elements: Elements | undefined;
  readonly hostOnly: HostOnly | undefined;
}

export function hostTensors(operands: readonly Operand[]): Record<string, HostTensor> {
  return Object.fromEntries(
    operands.map(({ name, shape, value: { dtype, elements, hostOnly } }) => [
      name,
      { shape, dtype, elements, hostOnly },
    ]),
  );
}

/** Gives a value the data that the host computed. */
export function fill(value: Value, { elements, hostOnly }: HostTensor): Value {
  if (elements) value.setElements(elements, false);
  if (hostOnly) value.setHostOnly(hostOnly);
  return value;
}

export const valueFromHost = (tensor: HostTensor): Value =>
  fill(new Value(tensor.shape, tensor.dtype), tensor);
