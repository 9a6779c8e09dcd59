import { broadcast_util, type Tensor } from '@tensorflow/tfjs-core';
import { checkEach, kind, sameShape, shapeText } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';

/** The shape that two shapes broadcast to, if they do. */
function broadcastShape(a: number[], b: number[]): number[] | undefined {
  try {
    return broadcast_util.assertAndGetBroadcastShape(a, b);
  } catch {
    return undefined;
  }
}

/** Throws unless `tensor` broadcasts to the shape of `input` without changing it. */
export function checkBroadcast(operation: string, name: string, tensor: Tensor, input: Tensor): void {
  const shape = broadcastShape(tensor.shape, input.shape);
  if (shape && sameShape(shape, input.shape)) return;
  throw new ArgumentError(
    operation,
    name,
    `has shape ${shapeText(tensor.shape)}, which does not broadcast to the input's, ${shapeText(input.shape)}`,
  );
}

/** Says, as PyTorch does, that a target of another shape is seldom meant; throws where the two do not broadcast, or are
 * no tensors. */
export function checkTargetShape(operation: string, input: Tensor, target: Tensor): void {
  checkEach(operation, { input, target }, kind.required(kind.tensor));
  if (sameShape(target.shape, input.shape)) return;
  const shapes = `target has shape ${shapeText(target.shape)}; the input's is ${shapeText(input.shape)}`;
  if (!broadcastShape(target.shape, input.shape)) {
    throw new Error(`${operation}: ${shapes}, and they do not broadcast`);
  }
  console.warn(`${operation}: ${shapes}: they broadcast, which is seldom meant.`);
}
