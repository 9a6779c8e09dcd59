import { add, log, matMul, reshape, softmax, squeeze, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Linear, Module } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';
import type { EncoderSizes, Pooling } from './pooling.ts';

const encoderSizesKind = kind.required({
  expected: 'an encoder, with its outputSize',
  fits: (value: unknown) => Number.isInteger((value as Partial<EncoderSizes> | null)?.outputSize),
});

/**
 * A weighted mean of a source's encoded steps `v`: `Σ_s a_s·v_s` with `a = softmax_s(u·tanh(W v_s + b))`. Yang et al.,
 * "Hierarchical attention networks for document classification" (2016). State dict keys: `key.weight [E, E]`,
 * `key.bias [E]`, `score.weight [1, E]`.
 */
export class AttentionPooling extends Module implements Pooling {
  readonly outputSize: number;
  readonly key: Linear;
  readonly score: Linear;

  /** @param encoder the encoder that it reads */
  constructor(encoder: EncoderSizes) {
    super();
    checkValue('AttentionPooling', 'encoder', encoder, encoderSizesKind);
    const { outputSize } = encoder;
    this.outputSize = outputSize;
    this.key = new Linear({ inFeatures: outputSize, outFeatures: outputSize });
    this.score = new Linear({ inFeatures: outputSize, outFeatures: 1, bias: false });
  }

  /** The weight of each step, 0 past a source's end: `[N, S]` */
  weights({ values, mask }: Memory): Tensor2D {
    return tidyResult(() => {
      const [rows, steps] = values.shape;
      const scores = reshape(this.score.forward(tanh(this.key.forward(values))), [rows, steps]) as Tensor2D;
      return softmax(mask ? (add(scores, log(mask)) as Tensor2D) : scores);
    });
  }

  forward(memory: Memory): Tensor2D {
    return tidyResult(() => {
      const [rows, steps] = memory.values.shape;
      const weights = reshape(this.weights(memory), [rows, 1, steps]); // [N, 1, S]
      return squeeze(matMul(weights, memory.values), [1]) as Tensor2D;
    });
  }
}
