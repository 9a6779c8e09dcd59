import { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';

/** Computes a batch's mean loss: a tensor of one number. */
export function lossOf<Batch>(owner: string, loss: (batch: Batch) => Tensor, batch: Batch): Tensor {
  const value: unknown = loss(batch);
  const fault = faultOf(value);
  if (fault) throw new ArgumentError(owner, 'loss', undefined, { sentence: `loss of a batch is ${fault}` });
  return value as Tensor;
}

function faultOf(value: unknown): string | undefined {
  if (value instanceof Promise) return 'a promise; expected a tensor at once, without async';
  if (!(value instanceof Tensor)) return `${String(value)}; expected a tensor of one number`;
  if (value.size === 1) return undefined;
  return `of shape [${value.shape.join(', ')}]; expected one number: reduce it, by tf.mean for instance`;
}
