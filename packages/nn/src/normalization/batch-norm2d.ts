import { BatchNorm, type BatchNormOptions } from './batch-norm.ts';

/**
 * `BatchNorm1d`'s formula for each channel of images `[N, C, H, W]`, as `torch.nn.BatchNorm2d`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html
 */
export class BatchNorm2d extends BatchNorm {
  protected readonly forms = { 4: '[N, C, H, W]' };

  /** @throws where `numFeatures` is not a positive whole number */
  constructor(options: BatchNormOptions) {
    super('BatchNorm2d', options);
  }
}
