import {
  add,
  expandDims,
  matMul,
  mean,
  mul,
  type Rank,
  reshape,
  slice,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
  transpose,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { init, Linear, Module, uniformParameter } from '@unroll/nn';
import type { Memory } from '../encoder/memory.ts';
import type { Attended, AttendedMemory, Attention } from './attention.ts';
import { checkMemory, checkQuery } from './check-attention.ts';
import { maskBias, maskedSoftmax } from './masked-softmax.ts';
import { type AttentionOptions, attentionKinds } from './scored-attention.ts';

export interface MultiHeadAttentionOptions extends AttentionOptions {
  /** Number of heads, of `queryDim / numHeads` features each */
  numHeads: number;
  /** Whether the projections have biases. Default true. */
  bias?: boolean | undefined;
}

const kinds = { ...attentionKinds, numHeads: kind.required(kind.whole(1)), bias: kind.flag };

/**
 * Scaled dot-product attention with several heads: `torch.nn.MultiheadAttention` with `kdim` and `vdim` equal to
 * `memoryDim`. Vaswani et al., "Attention is all you need" (2017). With coverage c, `c·w` is added to the keys of each
 * head. The returned weights are the mean over the heads.
 *
 * State dict keys are PyTorch's, with E = queryDim: `in_proj_weight [3·E, E]`, or `q_proj_weight [E, E]`,
 * `k_proj_weight [E, memoryDim]` and `v_proj_weight [E, memoryDim]` when memoryDim differs from E;
 * `in_proj_bias [3·E]`, `out_proj.weight [E, E]`, `out_proj.bias [E]`; with coverage also `weight_coverage [E]`.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
 */
export class MultiHeadAttention extends Module implements Attention {
  readonly queryDim: number;
  readonly memoryDim: number;
  readonly numHeads: number;
  readonly coverage: boolean;
  readonly in_proj_weight?: Variable<Rank.R2>;
  readonly q_proj_weight?: Variable<Rank.R2>;
  readonly k_proj_weight?: Variable<Rank.R2>;
  readonly v_proj_weight?: Variable<Rank.R2>;
  readonly in_proj_bias?: Variable<Rank.R1>;
  readonly out_proj: Linear;
  readonly weight_coverage?: Variable<Rank.R1>;

  /** @throws when `queryDim` is not a multiple of `numHeads` */
  constructor(options: MultiHeadAttentionOptions) {
    super();
    const given = checkOptions('MultiHeadAttention', options, kinds);
    const { queryDim, memoryDim, numHeads, bias = true, coverage = false } = given;
    checkValue('MultiHeadAttention', 'numHeads', numHeads, {
      expected: `a divisor of queryDim, ${queryDim}`,
      fits: () => queryDim % numHeads === 0,
    });
    this.queryDim = queryDim;
    this.memoryDim = memoryDim;
    this.numHeads = numHeads;
    this.coverage = coverage;
    if (queryDim === memoryDim) {
      this.in_proj_weight = projection(3 * queryDim, queryDim);
    } else {
      this.q_proj_weight = projection(queryDim, queryDim);
      this.k_proj_weight = projection(queryDim, memoryDim);
      this.v_proj_weight = projection(queryDim, memoryDim);
    }
    if (bias) this.in_proj_bias = tidy(() => variable<Rank.R1>(zeros([3 * queryDim])));
    this.out_proj = new Linear({ inFeatures: queryDim, outFeatures: queryDim, bias });
    if (this.out_proj.bias) init.zeros_(this.out_proj.bias);
    if (coverage) this.weight_coverage = uniformParameter<Rank.R1>([queryDim], 1 / Math.sqrt(queryDim));
  }

  get contextSize(): number {
    return this.queryDim;
  }

  /** Keys and values by head, `[N, heads, S, E/heads]` */
  prepare(memory: Memory): AttendedMemory {
    checkMemory(this, memory);
    return tidyResult(() => ({
      keys: this.#byHead(this.#project(memory.values, 1)),
      values: this.#byHead(this.#project(memory.values, 2)),
      bias: maskBias(memory.mask),
    }));
  }

  forward(query: Tensor3D, { keys, values, bias }: AttendedMemory, coverage?: Tensor3D): Attended {
    checkQuery(this, query, keys, coverage);
    return tidyResult(() => {
      const { queryDim, numHeads } = this;
      const queries: Tensor3D = mul(this.#project(query, 0), 1 / Math.sqrt(queryDim / numHeads));
      let scores: Tensor = matMul(this.#byHead(queries), keys as Tensor4D, false, true); // [N, heads, T, S]
      if (coverage) {
        const alongWeight = sum(this.#byHead(mul(queries, this.weight_coverage!)), 3, true); // [N, heads, T, 1]
        scores = add(scores, mul(expandDims(coverage, 1), alongWeight));
      }
      const weights = maskedSoftmax(scores, bias && expandDims(bias, 1));
      const [sources, steps] = query.shape;
      const heads = transpose(matMul(weights, values), [0, 2, 1, 3]); // [N, T, heads, E/heads]
      return {
        context: this.out_proj.forward(reshape(heads, [sources, steps, queryDim])) as Tensor3D,
        weights: mean(weights, 1),
      };
    });
  }

  /** `x·Wᵀ + b`, with the rows of the query's (0), the key's (1) or the value's (2) projection. */
  #project(x: Tensor3D, part: 0 | 1 | 2): Tensor3D {
    const { queryDim, in_proj_weight, in_proj_bias } = this;
    const [first, second, features] = x.shape;
    const separate = [this.q_proj_weight, this.k_proj_weight, this.v_proj_weight][part];
    const weight = separate ?? slice(in_proj_weight!, [part * queryDim, 0], [queryDim, queryDim]);
    const product = matMul(reshape(x, [first * second, features]), weight, false, true);
    const bias = in_proj_bias && slice(in_proj_bias, part * queryDim, queryDim);
    return reshape(bias ? add(product, bias) : product, [first, second, queryDim]);
  }

  /** Splits `[N, L, E]` into heads: `[N, heads, L, E/heads]` */
  #byHead(x: Tensor3D): Tensor4D {
    const [sources, steps, features] = x.shape;
    const { numHeads } = this;
    return transpose(reshape(x, [sources, steps, numHeads, features / numHeads]), [0, 2, 1, 3]) as Tensor4D;
  }
}

const projection = (rows: number, columns: number): Variable<Rank.R2> =>
  init.xavierUniform_(tidy(() => variable<Rank.R2>(zeros([rows, columns]))));
