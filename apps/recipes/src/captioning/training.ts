import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import {
  batches,
  buildTextCodec,
  type Dataset,
  fields,
  listed,
  map,
  padded,
  shuffled,
  stacked,
  type TextCodec,
  toArray,
  whitespace,
} from '@unroll/data';
import type { VectorToSequence } from '@unroll/models';
import { AdamW } from '@unroll/optim';
import type { TrainerOptions } from '@unroll/train';
import { Mean } from '@unroll/train/metrics';
import { oneCycle } from '../learning-rate.ts';
import { captionF1 } from '../measures/token-f1.ts';
import type { CaptionedParts } from './corpora.ts';
import type { CaptioningSizes } from './model.ts';
import type { CaptionedPicture, Picture } from './pictures.ts';

export type CaptionBatch = {
  /** `[N, C, H, W]` */
  readonly picture: Tensor;
  /** `[N, T]` */
  readonly target: Tensor;
  /** The captions in words, for evaluation. Training batches leave them out, so that batches recur in shape. */
  readonly caption?: (readonly string[])[];
};

type Caption = readonly string[];

/** The captions of pictures, without their pixels */
export const captionsOf = async (pictures: Dataset<CaptionedPicture>): Promise<Caption[]> =>
  await toArray(map(pictures, ({ caption }) => caption));

/** Words as ids, with start and end tokens */
export const captionCodec = (captions: readonly Caption[]): TextCodec =>
  buildTextCodec(
    captions.map((caption) => caption.join(' ')),
    {
      tokenizer: whitespace(),
      specials: { pad: '<pad>', unk: '<unk>', bos: '<s>', eos: '</s>' },
      bos: true,
      eos: true,
    },
  );

/** The words for each picture. Without `beamSize` the search is greedy. */
export async function captionsFor(
  model: VectorToSequence,
  codec: TextCodec,
  pictures: Tensor,
  beamSize?: number,
): Promise<Caption[]> {
  const search = beamSize === undefined ? {} : { beamSize, earlyStopping: false };
  const found = await model.predict(pictures, {
    minLength: 1,
    bannedTokens: [codec.specialIds.unk!],
    ...search,
  });
  return found.map(([best]) => codec.vocabulary.decode([...best!.tokens]));
}

/** The same for single pictures of one size. */
export async function captionPictures(
  model: VectorToSequence,
  codec: TextCodec,
  pictures: readonly Picture[],
  beamSize?: number,
): Promise<Caption[]> {
  const batch = stacked()(pictures);
  return await captionsFor(model, codec, batch, beamSize).finally(() => dispose(batch));
}

/** The training of a captioner: cross-entropy of the words, evaluated on the test pictures. */
export function captionTraining(
  model: VectorToSequence,
  codec: TextCodec,
  { train, test }: CaptionedParts,
  { seed, sizes, fractionDone }: { seed: number; sizes: CaptioningSizes; fractionDone: () => number },
): TrainerOptions<CaptionBatch, { exact: Mean; f1: Mean }> {
  const { epochs, batchSize } = sizes;
  const encoded = (pictures: Dataset<CaptionedPicture>) =>
    map(pictures, ({ picture, caption }) => ({
      picture,
      caption,
      target: codec.encode(caption.join(' ')),
    }));
  const target = (rows: readonly number[][]) => padded({ batchFirst: true, multipleOf: 4 })(rows).values;
  const rules = { picture: stacked(), target };
  const optimizer = new AdamW(model.parameters(), { lr: 2e-3, weightDecay: 0.01 });
  return {
    model,
    optimizer,
    batches: batches(encoded(train), {
      batchSize,
      order: shuffled({ seed }),
      collate: fields(rules),
      dropLast: true,
    }),
    loss: (batch) => model.loss(batch.picture, batch.target, { labelSmoothing: 0.1 }),
    weight: ({ picture }) => picture.shape[0]!,
    compile: true,
    epochs,
    clipGradNorm: 5,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
    validation: {
      batches: batches(encoded(test), {
        batchSize: 100,
        collate: fields({ ...rules, caption: listed<Caption>() }),
      }),
      metrics: { exact: new Mean(), f1: new Mean() },
      async measure({ picture, caption = [] }, { exact, f1 }) {
        const said = await captionsFor(model, codec, picture);
        for (const [i, words] of said.entries()) {
          exact.update(words.join(' ') === caption[i]!.join(' ') ? 1 : 0);
          f1.update(captionF1(words, caption[i]!));
        }
      },
      value: 'f1',
      mode: 'max',
    },
  };
}
