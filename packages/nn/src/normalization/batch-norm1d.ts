import { BatchNorm, type BatchNormOptions } from './batch-norm.ts';

/**
 * `y = (x − E[x]) / √(Var[x] + ε) · w + b` for each channel of `[N, C]` or `[N, C, L]`, as `torch.nn.BatchNorm1d`. In
 * training, mean and biased variance are the batch's. In evaluation they are the running statistics. Ioffe and
 * Szegedy, "Batch normalization" (2015).
 *
 * Running statistics are buffers, `running_mean`, `running_var` and `num_batches_tracked`.
 *
 * @example
 * const norm = new nn.BatchNorm1d({ numFeatures: 16 });
 * norm.forward(tf.randomNormal([20, 16, 50])); // [20, 16, 50]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
 */
export class BatchNorm1d extends BatchNorm {
  protected readonly forms = { 2: '[N, C]', 3: '[N, C, L]' };

  /** @throws where `numFeatures` is not a positive whole number */
  constructor(options: BatchNormOptions) {
    super('BatchNorm1d', options);
  }
}
