import { add, dispose, div, mul, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { globalNorm } from '@unroll/backend/operations';
import type { UpdateSteps } from './update-steps.ts';

/** The figures of an update. */
export interface MadeUpdate {
  /** The mean of the batches' losses, weighted by the batches' weights */
  readonly loss: number;
  readonly weight: number;
  /** The 2-norm of all gradients together, before clipping */
  readonly gradNorm: number;
}

/**
 * Combines the gradients of several batches: `Σ wᵢ·gᵢ / Σ wᵢ`. When each loss is a mean over `wᵢ` rows or tokens, the
 * result is the gradient of one batch with all these rows or tokens. With a single batch it is that batch's gradient,
 * to the bit.
 */
export class Accumulation<Batch> {
  readonly #steps: UpdateSteps<Batch>;
  /** The gradients of a single batch, or the weighted sum over several batches */
  #gradients: Map<Variable, Tensor> = new Map();
  #weights: number[] = [];
  #loss = 0;
  /** The norm of the last added batch's gradients */
  #norm = 0;

  constructor(steps: UpdateSteps<Batch>) {
    this.#steps = steps;
  }

  /** Number of batches in the next update */
  get batches(): number {
    return this.#weights.length;
  }

  /**
   * Adds a batch.
   *
   * @returns the reason when its loss or a gradient is not finite; the batch is then left out
   */
  async add(batch: Batch, weight: number): Promise<string | undefined> {
    const { loss, norm, gradients } = this.#steps.gradientsOf(batch);
    let isTaken = false;
    try {
      const [[lossValue], [normValue]] = await Promise.all([loss.data(), norm.data()]);
      if (!Number.isFinite(lossValue)) return `the loss is ${lossValue}`;
      if (!Number.isFinite(normValue)) return `the norm of the gradients is ${normValue}`;
      this.#take(gradients, weight);
      this.#loss += lossValue! * weight;
      this.#norm = normValue!;
      isTaken = true;
      return undefined;
    } finally {
      dispose([loss, norm]);
      if (!isTaken) dispose([...gradients.values()]);
    }
  }

  #take(gradients: Map<Variable, Tensor>, weight: number): void {
    if (this.batches === 0) {
      this.#gradients = gradients;
    } else {
      const [firstWeight] = this.#weights;
      const sum = this.#gradients;
      const keys = [...new Set([...sum.keys(), ...gradients.keys()])];
      const added = tidy(() =>
        keys.map((key) => {
          const [before, own] = [sum.get(key), gradients.get(key)];
          const scaled = before && (this.batches === 1 ? mul(before, firstWeight!) : before.clone());
          if (!own) return scaled!;
          return scaled ? add(scaled, mul(own, weight)) : mul(own, weight);
        }),
      );
      dispose([...sum.values(), ...gradients.values()]);
      this.#gradients = new Map(keys.map((key, i) => [key, added[i]!]));
    }
    this.#weights.push(weight);
  }

  /** Makes the update of the added batches, and starts over. */
  async update(): Promise<MadeUpdate> {
    const weight = this.#weights.reduce((total, one) => total + one, 0);
    const mean = this.batches === 1 ? this.#gradients : this.#means(weight);
    const norm = this.batches === 1 ? undefined : globalNorm([...mean.values()]);
    try {
      this.#steps.step(mean);
      const gradNorm = norm ? (await norm.data())[0]! : this.#norm;
      return { loss: this.#loss / weight, weight, gradNorm };
    } finally {
      norm?.dispose();
      if (mean !== this.#gradients) dispose([...mean.values()]);
      this.clear();
    }
  }

  #means(weight: number): Map<Variable, Tensor> {
    const entries = [...this.#gradients];
    const means = tidy(() => entries.map(([, sum]) => div(sum, weight)));
    return new Map(entries.map(([key], i) => [key, means[i]!]));
  }

  /** Drops the batches that were added. */
  clear(): void {
    dispose([...this.#gradients.values()]);
    this.#gradients = new Map();
    this.#weights = [];
    this.#loss = 0;
  }
}
