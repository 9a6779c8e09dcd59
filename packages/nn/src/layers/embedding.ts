import {
  abs,
  add,
  clone,
  customGrad,
  div,
  type GradSaveFunc,
  gather,
  greater,
  logicalAnd,
  max,
  mul,
  ones,
  onesLike,
  pow,
  type Rank,
  reshape,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  type Variable,
  variable,
  where,
} from '@tensorflow/tfjs-core';
import {
  checkDtype,
  checkIndices,
  checkOptions,
  checkRank,
  checkValue,
  kind,
  sameShape,
  shapeText,
} from '@unroll/backend/checks';
import { runKernel } from '@unroll/backend/contract';
import { ArgumentError } from '@unroll/backend/errors';
import { embedding } from '@unroll/backend/operations';
import { Module } from '../module.ts';
import { sizesAndOptionText } from '../option-text.ts';
import { parameter } from '../parameter.ts';
import { defaultGenerator } from '../random/default-generator.ts';

/** Options of every table, drawn or given. */
export interface EmbeddingTableOptions {
  /** The index of padding, whose row has gradient 0; negative indices count from the end. Absent: no padding. */
  paddingIdx?: number | undefined;
  /**
   * Rows with a greater norm are scaled down to this norm, in the table itself, when they are looked up. Absent: no
   * limit.
   */
  maxNorm?: number | undefined;
  /** The p of the p-norm that `maxNorm` bounds. Default 2. */
  normType?: number | undefined;
  /**
   * Whether the gradient of a row is divided by the number of times that its index occurs in the input.
   * Default false.
   */
  scaleGradByFreq?: boolean | undefined;
}

export interface EmbeddingOptions extends EmbeddingTableOptions {
  /** Rows of the table */
  numEmbeddings: number;
  /** Features of each row */
  embeddingDim: number;
  /** A table to copy, `[numEmbeddings, embeddingDim]`; absent: drawn from N(0, 1), with the row of `paddingIdx` 0 */
  weight?: Tensor | undefined;
}

export interface PretrainedOptions extends EmbeddingTableOptions {
  /** Whether training leaves the table unchanged. Default true. */
  freeze?: boolean | undefined;
}

const tableKinds = {
  paddingIdx: kind.anything,
  maxNorm: kind.atLeast(0),
  normType: kind.above(0),
  scaleGradByFreq: kind.flag,
};

const kinds = {
  ...tableKinds,
  numEmbeddings: kind.required(kind.whole(1)),
  embeddingDim: kind.required(kind.whole(1)),
  weight: kind.tensor,
};

const pretrainedKinds = { ...tableKinds, freeze: kind.flag };

/**
 * A table of vectors looked up by index, as `torch.nn.Embedding`. Rows are drawn from N(0, 1); the row of `paddingIdx` is 0.
 *
 * @example
 * const embedding = new nn.Embedding({ numEmbeddings: 1000, embeddingDim: 64, paddingIdx: 0 });
 * embedding.forward(tf.tensor2d([[4, 17, 0]], [1, 3], 'int32')); // [1, 3, 64]
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html
 */
export class Embedding extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** An index from 0; absent: no padding */
  readonly paddingIdx: number | undefined;
  readonly maxNorm: number | undefined;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  /** `[numEmbeddings, embeddingDim]` */
  readonly weight: Variable<Rank.R2>;

  /**
   * @throws where a size is not a positive whole number, `paddingIdx` is not a row, `maxNorm` is negative, `normType`
   *   is not over 0, or `weight` has another shape
   */
  constructor(options: EmbeddingOptions) {
    super();
    const given = checkOptions('Embedding', options, kinds);
    const { numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType = 2, weight } = given;
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = rowOf(paddingIdx, numEmbeddings);
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = given.scaleGradByFreq ?? false;
    this.weight = weight ? this.#copy(weight) : this.#draw();
  }

  /**
   * An embedding with a copy of a given table. It is frozen unless `freeze` is false. The row of `paddingIdx` is not
   * set to 0.
   *
   * @param table `[numEmbeddings, embeddingDim]`
   * @throws where the table does not have two axes or an option does not fit it
   */
  static fromPretrained(table: Tensor, pretrained: PretrainedOptions = {}): Embedding {
    const given = checkOptions('Embedding.fromPretrained', pretrained, pretrainedKinds);
    const { freeze = true, ...options } = given;
    checkValue('Embedding.fromPretrained', 'table', table, kind.required(kind.tensor));
    const [numEmbeddings, embeddingDim] = table.shape;
    checkRank('Embedding.fromPretrained', 'table', table, 2, ', [numEmbeddings, embeddingDim]');
    const made = new Embedding({
      ...options,
      numEmbeddings: numEmbeddings!,
      embeddingDim: embeddingDim!,
      weight: table,
    });
    made.weight.trainable = !freeze;
    return made;
  }

  override extraRepr(): string {
    const { numEmbeddings, embeddingDim, paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    return sizesAndOptionText(
      [numEmbeddings, embeddingDim],
      { paddingIdx, maxNorm, normType, scaleGradByFreq },
      { paddingIdx: undefined, maxNorm: undefined, normType: 2, scaleGradByFreq: false },
    );
  }

  /**
   * @param indices int32, any shape; each in 0…numEmbeddings−1
   * @returns the shape of the indices with one more axis, `[…, embeddingDim]`
   * @throws where the indices are not int32, or an index is not a row
   */
  forward(indices: Tensor): Tensor {
    checkDtype('Embedding.forward', 'indices', indices, 'int32');
    // A call that fails must not change the table.
    if (this.maxNorm !== undefined) {
      checkIndices('embedding', 'indices', indices, { size: this.numEmbeddings, noun: 'rows' });
    }
    return tidy(() => {
      if (this.maxNorm !== undefined) this.#renormalize(indices, this.maxNorm);
      const rows = embedding(this.weight, indices, { paddingIdx: this.paddingIdx });
      return this.scaleGradByFreq ? this.#scaleGradient(rows, indices) : rows;
    });
  }

  #draw(): Variable<Rank.R2> {
    const { numEmbeddings, embeddingDim, paddingIdx } = this;
    let index = 0;
    return parameter<Rank.R2>([numEmbeddings, embeddingDim], () => {
      const drawn = defaultGenerator.normal();
      return Math.floor(index++ / embeddingDim) === paddingIdx ? 0 : drawn;
    });
  }

  #copy(table: Tensor): Variable<Rank.R2> {
    const expected = [this.numEmbeddings, this.embeddingDim];
    if (!sameShape(table.shape, expected) || table.dtype !== 'float32') {
      throw new ArgumentError(
        'Embedding',
        'weight',
        `is ${table.dtype} of shape ${shapeText(table.shape)}; expected float32 of shape ${shapeText(expected)}`,
      );
    }
    return tidy(() => variable(clone(table as Tensor2D)));
  }

  /** The number of times that each row is looked up, `[numEmbeddings, 1]`. */
  #counts(indices: Tensor): Tensor {
    const x = ones([indices.size, 1]);
    const segmentIds: Tensor1D = reshape(indices, [indices.size]);
    return runKernel('UnsortedSegmentSum', { x, segmentIds }, { numSegments: this.numEmbeddings }).y;
  }

  /** Scales the rows that are looked up and longer than `maxNorm` down to `maxNorm`. */
  #renormalize(indices: Tensor, maxNorm: number): void {
    const { weight, normType } = this;
    const norms =
      normType === Number.POSITIVE_INFINITY
        ? max(abs(weight), 1, true)
        : pow(sum(pow(abs(weight), normType), 1, true), 1 / normType); // [V, 1]
    const tooLong = logicalAnd(greater(norms, maxNorm), greater(this.#counts(indices), 0));
    const factor = where(tooLong, div(maxNorm, add(norms, NORM_EPSILON)), onesLike(norms));
    weight.assign(mul<Tensor2D>(weight, factor));
  }

  /** The identity, with a gradient that is divided by the number of times that each row's index occurs. */
  #scaleGradient(rows: Tensor, indices: Tensor): Tensor {
    return customGrad((x, save) => {
      (save as GradSaveFunc)([indices]);
      return {
        value: clone(x as Tensor),
        gradFunc: (dy: Tensor, [saved]: Tensor[]) => div(dy, gather(this.#counts(saved!), saved!)), // […, 1]
      };
    })(rows);
  }
}

/** PyTorch adds this number to a norm before it divides by the norm. */
const NORM_EPSILON = 1e-7;

/** A row's index, counted from 0 even if it was given from the end. */
function rowOf(index: number | undefined, rows: number): number | undefined {
  if (index === undefined) return undefined;
  checkValue('Embedding', 'paddingIdx', index, kind.wholeWithin(-rows, rows - 1));
  return index < 0 ? index + rows : index;
}
