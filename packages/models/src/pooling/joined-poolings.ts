import { concat, type Tensor2D } from '@tensorflow/tfjs-core';
import { tidyResult } from '@unroll/backend/operations';
import { Module, ModuleList } from '@unroll/nn';
import type { Memory } from '@unroll/seq2seq';
import type { Pooling } from './pooling.ts';

/** The vectors of several poolings side by side. State dict keys: `parts.0.…`, `parts.1.…` */
export class JoinedPoolings extends Module implements Pooling {
  readonly parts: ModuleList<Pooling>;

  constructor(parts: readonly Pooling[]) {
    super();
    this.parts = new ModuleList(parts);
  }

  get outputSize(): number {
    return [...this.parts].reduce((sum, part) => sum + part.outputSize, 0);
  }

  forward(memory: Memory): Tensor2D {
    return tidyResult(() =>
      concat(
        [...this.parts].map((part) => part.forward(memory)),
        1,
      ),
    );
  }
}
