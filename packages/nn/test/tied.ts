import type { Variable } from '@tensorflow/tfjs-core';
import { Embedding } from '../src/layers/embedding.ts';
import { Linear } from '../src/layers/linear.ts';
import { Module } from '../src/module.ts';

/** A layer with a given weight. */
class Projection extends Module {
  readonly weight: Variable;

  constructor(weight: Variable) {
    super();
    this.weight = weight;
  }

  forward() {}
}

/** A model whose output layer shares the embedding's weight, unless another weight is given. */
export class Tied extends Module {
  readonly embedding = new Embedding({ numEmbeddings: 5, embeddingDim: 3 });
  readonly output: Projection;
  readonly alone = new Linear({ inFeatures: 1, outFeatures: 1 });

  constructor(weight?: Variable) {
    super();
    this.output = new Projection(weight ?? this.embedding.weight);
  }

  forward() {}
}

/** A module's values by key, as plain arrays. */
export async function valuesOf(module: Module): Promise<Record<string, readonly number[]>> {
  const entries = Object.entries(module.stateDict()).map(
    async ([key, p]) => [key, [...(await p.data())]] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}
