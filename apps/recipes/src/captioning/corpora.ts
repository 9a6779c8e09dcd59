import { type Dataset, map } from '@unroll/data';
import { medoidCaption, mostFrequentCaption } from '../baselines/constant-caption.ts';
import type { CorpusFacts } from '../corpora/corpus-facts.ts';
import {
  EMOJI_PICTURES,
  type EmojiPicture,
  loadEmojiPictures,
  splitEmoji,
} from '../corpora/emoji-pictures.ts';
import { CLOTHES, type ClothesPicture, FASHION_MNIST, loadFashionMnist } from '../corpora/fashion-mnist.ts';
import type { CaptioningSizes } from './model.ts';
import { type CaptionedPicture, pictureOf } from './pictures.ts';

type Caption = readonly string[];

export interface CaptionedParts {
  readonly train: Dataset<CaptionedPicture>;
  readonly test: Dataset<CaptionedPicture>;
}

/** What distinguishes one corpus of captioned pictures from another. */
export interface PictureCorpus {
  readonly facts: CorpusFacts;
  readonly channels: 1 | 3;
  /** Height and width */
  readonly size: number;
  readonly short: CaptioningSizes;
  readonly full: CaptioningSizes;
  /** Answers that are the same for each picture, from the captions to learn from */
  readonly baselines: Readonly<Record<string, (train: readonly Caption[]) => Caption>>;
  readonly load: (seed: number, folder?: string) => Promise<CaptionedParts>;
}

const clothesCaption = (label: number): string[] => CLOTHES[label]!.toLowerCase().split(' ');

const captionedClothes = (clothes: readonly ClothesPicture[]) =>
  map(
    clothes,
    ({ pixels, label }): CaptionedPicture => ({
      picture: { data: Float32Array.from(pixels, (grey) => grey / 255), shape: [1, 28, 28] },
      caption: clothesCaption(label),
    }),
  );

export const PICTURE_CORPORA: Readonly<Record<string, PictureCorpus>> = {
  fashion: {
    facts: FASHION_MNIST,
    channels: 1,
    size: 28,
    short: { filters: [24, 48], embeddingDim: 16, hiddenSize: 64, dropout: 0.2, epochs: 6, batchSize: 64 },
    full: {
      filters: [32, 64, 128],
      embeddingDim: 16,
      hiddenSize: 128,
      dropout: 0.4,
      epochs: 15,
      batchSize: 64,
    },
    baselines: { 'most frequent caption': mostFrequentCaption },
    async load(_seed, folder) {
      const { train, test } = await loadFashionMnist(folder);
      return { train: captionedClothes(train), test: captionedClothes(test) };
    },
  },
  emoji: {
    facts: EMOJI_PICTURES,
    channels: 3,
    size: 32,
    short: {
      filters: [24, 48, 96],
      embeddingDim: 64,
      hiddenSize: 128,
      dropout: 0.2,
      epochs: 40,
      batchSize: 32,
    },
    full: {
      filters: [32, 64, 128],
      embeddingDim: 64,
      hiddenSize: 128,
      dropout: 0.2,
      epochs: 60,
      batchSize: 32,
    },
    baselines: { 'most frequent caption': mostFrequentCaption, 'medoid caption': medoidCaption },
    async load(seed, folder) {
      const { train, test } = await splitEmoji(await loadEmojiPictures(folder), seed);
      const captioned = (pictures: readonly EmojiPicture[]) =>
        map(
          pictures,
          ({ image, caption }): CaptionedPicture => ({ picture: pictureOf(image, [32, 32]), caption }),
        );
      return { train: captioned(train), test: captioned(test) };
    },
  },
};
