import {
  cast,
  concat,
  expandDims,
  greater,
  max,
  mul,
  relu,
  reshape,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  transpose,
} from '@tensorflow/tfjs-core';
import { checkDtype, checkOptions, checkRank, checkSteps, kind } from '@unroll/backend/checks';
import { tidyResult } from '@unroll/backend/operations';
import { Conv1d, Embedding, Module, ModuleList } from '@unroll/nn';

export interface CharacterConvolutionOptions {
  /** Embeds the characters; 0 is padding */
  embedding: Embedding;
  /** The number of filters of each width */
  filters: number;
  /** The widths of the filters, in characters. Default [2, 3, 4]. */
  widths?: readonly number[] | undefined;
}

const kinds = {
  embedding: kind.required({
    expected: 'an nn.Embedding',
    fits: (value: unknown) => value instanceof Embedding,
  }),
  filters: kind.required(kind.whole(1)),
  widths: kind.listOf(kind.whole(1)),
};

/**
 * A vector for each word from its characters: for each filter, its greatest response in the word. Kim et al.,
 * "Character-aware neural language models" (2016); Ma and Hovy (2016). It sees endings if words have a character that
 * marks their end. State dict keys: `embedding.weight`, `convolutions.0.weight [filters, embeddingDim, width]`,
 * `convolutions.0.bias [filters]`, …
 *
 * @example
 * const embedding = new nn.Embedding({ numEmbeddings: 90, embeddingDim: 25, paddingIdx: 0 });
 * const vectors = new CharacterConvolution({ embedding, filters: 30 }).forward(characters); // [words, 90]
 */
export class CharacterConvolution extends Module {
  readonly embedding: Embedding;
  readonly convolutions: ModuleList<Conv1d>;
  /** The filters of all widths together */
  readonly outputSize: number;

  /** @throws where an option is invalid */
  constructor(options: CharacterConvolutionOptions) {
    super();
    const { embedding, filters, widths = [2, 3, 4] } = checkOptions('CharacterConvolution', options, kinds);
    const sizes = { inChannels: embedding.embeddingDim, outChannels: filters };
    this.embedding = embedding;
    this.convolutions = new ModuleList(
      widths.map((kernelSize) => new Conv1d({ ...sizes, kernelSize, padding: 'same' })),
    );
    this.outputSize = filters * widths.length;
  }

  /**
   * @param characters int32 `[words, W]`, padded with 0
   * @returns `[words, outputSize]`
   * @throws where the characters are not such a tensor
   */
  forward(characters: Tensor): Tensor2D {
    checkDtype('CharacterConvolution.forward', 'characters', characters, 'int32');
    checkRank('CharacterConvolution.forward', 'characters', characters, 2, ', [words, W]');
    checkSteps('CharacterConvolution.forward', 'characters', characters, 1);
    return tidyResult(() => {
      const embedded = transpose(this.embedding.forward(characters) as Tensor3D, [0, 2, 1]); // [words, E, W]
      const isCharacter = expandDims(cast(greater(characters, 0), 'float32'), 1); // [words, 1, W]
      const greatest = [...this.convolutions].map(
        (convolution) => max(mul(relu(convolution.forward(embedded)), isCharacter), 2) as Tensor2D,
      );
      return reshape(concat(greatest, 1), [characters.shape[0]!, this.outputSize]);
    });
  }
}
