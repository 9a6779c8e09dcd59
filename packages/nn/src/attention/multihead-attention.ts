import {
  add,
  concat,
  matMul,
  mean,
  mul,
  ones,
  reshape,
  softmax,
  split,
  type Tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { dependsOn, tidyResult } from '@unroll/backend/operations';
import { zeros_ } from '../init/constant.ts';
import { xavierNormal_, xavierUniform_ } from '../init/xavier.ts';
import { Linear } from '../layers/linear.ts';
import { swapBatchAndTime } from '../layout.ts';
import { Module } from '../module.ts';
import { sizesAndOptionText } from '../option-text.ts';
import { dropOut } from '../random/drop-out.ts';
import { type AttentionMasks, type AttentionSizes, checkMasks, masked, maskKinds } from './attention-mask.ts';
import { checkInputs } from './check-inputs.ts';

export interface MultiheadAttentionOptions {
  /** Features of queries and of the output, `E` */
  embedDim: number;
  /** Heads, `H`. Each has `embedDim / numHeads` of the features */
  numHeads: number;
  /** Probability of dropping a weight in training. Default 0. */
  dropout?: number | undefined;
  /** Whether the projections have biases. Default true. */
  bias?: boolean | undefined;
  /** Whether a learned key and a learned value are appended to the others. Default false. */
  addBiasKv?: boolean | undefined;
  /** Whether a key and a value of zeros are appended to the others. Default false. */
  addZeroAttn?: boolean | undefined;
  /** Features of keys. Default `embedDim`. */
  kdim?: number | undefined;
  /** Features of values. Default `embedDim`. */
  vdim?: number | undefined;
  /** Whether inputs and output have the batch as their first axis instead of the second. Default false. */
  batchFirst?: boolean | undefined;
}

const size = kind.whole(1);

const kinds = {
  embedDim: kind.required(size),
  numHeads: kind.required(size),
  dropout: kind.probability,
  bias: kind.flag,
  addBiasKv: kind.flag,
  addZeroAttn: kind.flag,
  kdim: size,
  vdim: size,
  batchFirst: kind.flag,
};

export interface AttentionOptions extends AttentionMasks {
  /** Whether to return the weights too. Default true. */
  needWeights?: boolean | undefined;
  /** Whether to return the mean weights over the heads instead of each head's weights. Default true. */
  averageAttnWeights?: boolean | undefined;
}

const attentionKinds = { ...maskKinds, needWeights: kind.flag, averageAttnWeights: kind.flag };

interface Projections {
  /** `[E, E]`, `[E, kdim]` and `[E, vdim]`, or all in one, `[3·E, E]` */
  readonly weights: readonly [Variable] | readonly [Variable, Variable, Variable];
  /** `[3·E]` */
  readonly bias: Variable | undefined;
  /** `[1, 1, E]` each */
  readonly extra: { readonly key: Variable; readonly value: Variable } | undefined;
}

/**
 * Multi-head attention of queries, keys and values, as `torch.nn.MultiheadAttention`:
 * `concat(head_1, …, head_H)·W_oᵀ + b_o` with `head_h = softmax(q_h·k_hᵀ / √(E/H))·v_h`, where `q`, `k` and `v` are
 * projections. Vaswani et al., "Attention is all you need" (2017). The output of a query is NaN where masks exclude
 * all of its keys.
 *
 * `in_proj_weight` is drawn by `xavierUniform_`, `bias_k` and `bias_v` by `xavierNormal_`, and `out_proj.weight` as
 * in `Linear`; the other biases are 0.
 *
 * @example
 * const attention = new nn.MultiheadAttention({ embedDim: 64, numHeads: 4, batchFirst: true });
 * const x = tf.randomNormal([8, 20, 64]);
 * const [output, weights] = attention.forward(x, x, x); // [8, 20, 64], [8, 20, 20]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly numHeads: number;
  readonly dropout: number;
  readonly addZeroAttn: boolean;
  readonly kdim: number;
  readonly vdim: number;
  readonly batchFirst: boolean;
  /** Named as in PyTorch's keys */
  readonly out_proj: Linear;
  readonly #projections: Projections;

  /** @throws where a size is not a positive whole number, or `numHeads` does not divide `embedDim` */
  constructor(options: MultiheadAttentionOptions) {
    super();
    const given = checkOptions('MultiheadAttention', options, kinds);
    const { embedDim, numHeads, dropout = 0, bias = true, addBiasKv = false } = given;
    if (embedDim % numHeads !== 0) {
      throw new ArgumentError(
        'MultiheadAttention',
        'embedDim',
        `is ${embedDim}; expected a multiple of numHeads, ${numHeads}`,
      );
    }
    this.embedDim = embedDim;
    this.numHeads = numHeads;
    this.dropout = dropout;
    this.addZeroAttn = given.addZeroAttn ?? false;
    this.kdim = given.kdim ?? embedDim;
    this.vdim = given.vdim ?? embedDim;
    this.batchFirst = given.batchFirst ?? false;
    this.#projections = this.#makeProjections(bias, addBiasKv);
    this.out_proj = new Linear({ inFeatures: embedDim, outFeatures: embedDim, bias });
    if (this.out_proj.bias) zeros_(this.out_proj.bias);
  }

  override extraRepr(): string {
    const { embedDim, numHeads, dropout, addZeroAttn, kdim, vdim, batchFirst } = this;
    const { bias, extra } = this.#projections;
    return sizesAndOptionText(
      [embedDim, numHeads],
      {
        dropout,
        bias: bias !== undefined,
        addBiasKv: extra !== undefined,
        addZeroAttn,
        kdim,
        vdim,
        batchFirst,
      },
      {
        dropout: 0,
        bias: true,
        addBiasKv: false,
        addZeroAttn: false,
        kdim: embedDim,
        vdim: embedDim,
        batchFirst: false,
      },
    );
  }

  #makeProjections(hasBias: boolean, hasExtra: boolean): Projections {
    const { embedDim, kdim, vdim } = this;
    const parameter = (name: string, shape: number[]): Variable => {
      const made = tidy(() => variable(zeros(shape)));
      this.registerParameter(name, made);
      return made;
    };
    const drawn = (name: string, shape: number[]) => xavierUniform_(parameter(name, shape));
    const weights =
      kdim === embedDim && vdim === embedDim
        ? ([drawn('in_proj_weight', [3 * embedDim, embedDim])] as const)
        : ([
            drawn('q_proj_weight', [embedDim, embedDim]),
            drawn('k_proj_weight', [embedDim, kdim]),
            drawn('v_proj_weight', [embedDim, vdim]),
          ] as const);
    const bias = hasBias ? parameter('in_proj_bias', [3 * embedDim]) : undefined;
    const extra = hasExtra
      ? {
          key: xavierNormal_(parameter('bias_k', [1, 1, embedDim])),
          value: xavierNormal_(parameter('bias_v', [1, 1, embedDim])),
        }
      : undefined;
    return { weights, bias, extra };
  }

  /**
   * @param query `[L, N, E]`, `[N, L, E]` for `batchFirst`, or `[L, E]`
   * @param key `[S, N, kdim]`, `[N, S, kdim]` or `[S, kdim]`
   * @param value `[S, N, vdim]`, `[N, S, vdim]` or `[S, vdim]`
   * @returns the output, of the query's shape, and the weights, `[N, L, S]`, or `[N, H, L, S]` where they are not
   *   averaged, without N where there is no batch. Keys that were added count in S. In training the returned weights
   *   include dropout.
   * @throws where shapes do not fit one another, or a mask is neither bool nor float32
   */
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionOptions & { needWeights: false },
  ): [output: Tensor, weights: undefined];
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options?: AttentionOptions & { needWeights?: true | undefined },
  ): [output: Tensor, weights: Tensor];
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionOptions,
  ): [output: Tensor, weights: Tensor | undefined];
  forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    options: AttentionOptions = {},
  ): [output: Tensor, weights: Tensor | undefined] {
    const operation = 'MultiheadAttention.forward';
    const given = checkOptions(operation, options, attentionKinds);
    const { needWeights = true, averageAttnWeights = true } = given;
    const isBatched = checkInputs(operation, { query, key, value }, this);
    const timeMajor = (x: Tensor): Tensor => {
      if (!isBatched) return reshape(x, [x.shape[0]!, 1, x.shape[1]!]);
      return this.batchFirst ? swapBatchAndTime(x) : x;
    };
    return tidyResult(() => {
      const [q, k, v] = [timeMajor(query), timeMajor(key), timeMajor(value)];
      const [queries, rows] = q.shape as [number, number];
      const sizes = { rows, heads: this.numHeads, queries, keys: k.shape[0]! };
      checkMasks(operation, given, sizes, isBatched);
      const { output, weights } = this.#attend(this.#project(q, k, v), given, sizes);
      const result = isBatched && this.batchFirst ? swapBatchAndTime(output) : reshape(output, query.shape);
      if (!needWeights) return [result, undefined];
      const byHead = reshape(weights, [rows, this.numHeads, queries, weights.shape[2]!]);
      const shown = averageAttnWeights ? mean(byHead, 1) : byHead;
      return [result, isBatched ? shown : reshape(shown, shown.shape.slice(1))];
    });
  }

  /** The projections of queries, keys and values, followed by the learned key and value: `[T, N, E]`. */
  #project(query: Tensor, key: Tensor, value: Tensor): [Tensor, Tensor, Tensor] {
    const { weights, bias, extra } = this.#projections;
    const parts = weights.length === 1 ? split(weights[0] as Tensor, 3) : weights;
    const biases = bias && split(bias as Tensor, 3);
    const [q, k, v] = [query, key, value].map((x, i) => {
      const [steps, rows, features] = x.shape as [number, number, number];
      const product = matMul(reshape(x, [steps * rows, features]), parts[i] as Tensor, false, true);
      return reshape(biases ? add(product, biases[i]!) : product, [steps, rows, this.embedDim]);
    }) as [Tensor, Tensor, Tensor];
    if (!extra) return [q, k, v];
    // The gradient of a product with ones is one sum; that of tile has an operation for each row.
    const after = (x: Tensor, one: Tensor) => concat([x, mul(one, ones([1, x.shape[1]!, 1]))]);
    return [q, after(k, extra.key), after(v, extra.value)];
  }

  #attend(
    [q, k, v]: readonly [Tensor, Tensor, Tensor],
    masks: AttentionMasks,
    sizes: AttentionSizes,
  ): { output: Tensor; weights: Tensor } {
    const { embedDim, numHeads } = this;
    const { rows, queries } = sizes;
    const features = embedDim / numHeads;
    const none = this.addZeroAttn ? [zeros([rows * numHeads, 1, features])] : [];
    const byHead = (x: Tensor): Tensor =>
      swapBatchAndTime(reshape(x, [x.shape[0]!, rows * numHeads, features]));
    const [keys, values] = [k, v].map((x) => concat([byHead(x), ...none], 1)) as [Tensor, Tensor]; // [N·H, S, F]
    const scores = matMul(mul(byHead(q), 1 / Math.sqrt(features)), keys, false, true); // [N·H, L, S]
    const weights = this.#dropped(softmax(masked(scores, masks, sizes)));
    const seen = swapBatchAndTime(matMul(weights, values)); // [L, N·H, F]
    return { output: this.out_proj.forward(reshape(seen, [queries, rows, embedDim])), weights };
  }

  #dropped(weights: Tensor): Tensor {
    dependsOn(() => this.dropout > 0);
    if (!this.training || this.dropout === 0) return weights;
    return dropOut(weights, () => this.dropout);
  }
}
