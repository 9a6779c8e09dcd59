import { mul, ones, type Tensor } from '@tensorflow/tfjs-core';
import {
  batches,
  bucketed,
  buildTextCodec,
  characters,
  fields,
  listed,
  type Padded,
  padded,
  type TextCodec,
} from '@unroll/data';
import { LogMel, resample } from '@unroll/data/audio';
import { CtcRecognizer } from '@unroll/models';
import * as nn from '@unroll/nn';
import { AdamW } from '@unroll/optim';
import { FeatureEncoder } from '@unroll/seq2seq';
import type { TrainerOptions } from '@unroll/train';
import { Accuracy } from '@unroll/train/metrics';
import type { SpokenDigit } from '../corpora/spoken-digits.ts';
import { oneCycle } from '../learning-rate.ts';

/** The spelling of each digit */
export const DIGITS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

/** Recordings are learnt at these speeds, as p/q, which also moves the voice's formants. */
const SPEEDS = [
  [1, 1],
  [7, 8],
  [8, 7],
] as const;
const MELS = 40;
/** Frames that are joined to one step */
const STACK = 2;
const HIDDEN_SIZE = 96;
const DROPOUT = 0.3;
const EPOCHS = 12;
const LR = 2e-3;
/** The probability of hiding a mel band, or a frame */
const HIDDEN = 0.1;

/** Letters; 0 is the blank of CTC. */
export const letterCodec = (): TextCodec =>
  buildTextCodec(DIGITS, { tokenizer: characters(), specials: { pad: '<blank>' } });

/** Two bidirectional LSTM layers over frames of a spectrogram, trained by CTC: no letter is aligned to a frame. */
export const recognizer = ({ size }: TextCodec): CtcRecognizer =>
  new CtcRecognizer({
    encoder: new FeatureEncoder({
      rnn: new nn.LSTM({
        inputSize: STACK * MELS,
        hiddenSize: HIDDEN_SIZE,
        numLayers: 2,
        bidirectional: true,
        dropout: DROPOUT,
      }),
      stack: STACK,
      dropout: 0.2,
    }),
    numClasses: size,
    dropout: DROPOUT,
  });

/** The spectrogram of recordings. It holds tensors: make it when the backend is in use, and dispose it. */
export const digitSpectrogram = (): LogMel =>
  new LogMel({ sampleRate: 8000, nFft: 256, winLength: 200, hopLength: 80, nMels: MELS });

/** How far below a recording's loudest band, in nats of power (39 dB), a band counts: silence differs between microphones. */
const RANGE = 9;

/** Log-mel frames, each feature with mean 0 over the recording, so that a microphone's colour does not matter: `[T, 40]` */
export async function framesOf(logMel: LogMel, samples: Float32Array): Promise<Float32Array[]> {
  const rows = await logMel.rows(samples);
  const floor = rows.reduce((loudest, row) => Math.max(loudest, ...row), Number.NEGATIVE_INFINITY) - RANGE;
  for (const row of rows) for (let mel = 0; mel < MELS; mel++) row[mel] = Math.max(row[mel]!, floor);
  for (let mel = 0; mel < MELS; mel++) {
    const values = rows.map((row) => row[mel]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    for (const row of rows) row[mel] = (row[mel]! - mean) / 4;
  }
  return rows;
}

export interface SpeechExample {
  readonly frames: readonly Float32Array[];
  readonly letters: readonly number[];
  readonly digit: number;
}

/** Computes the frames of recordings, at one or several speeds. */
export async function examplesOf(
  digits: readonly SpokenDigit[],
  codec: TextCodec,
  speeds: readonly (readonly [number, number])[] = [[1, 1]],
): Promise<SpeechExample[]> {
  using logMel = digitSpectrogram();
  const examples: SpeechExample[] = [];
  for (const [from, to] of speeds) {
    for (const { digit, samples } of digits) {
      const frames = await framesOf(logMel, from === to ? samples : resample(samples, { from, to }));
      examples.push({ frames, letters: codec.encode(DIGITS[digit]!), digit });
    }
  }
  return examples;
}

export type SpeechBatch = {
  /** `[N, T, 40]` */
  readonly frames: Padded;
  /** `[N, letters]` */
  readonly letters: Padded;
  readonly digit: number[];
};

const collate = fields({
  frames: padded({ batchFirst: true }),
  letters: padded({ batchFirst: true }),
  digit: listed<number>(),
});

/** Prefixes of the digits' spellings */
const PREFIXES = new Set(DIGITS.flatMap((word) => [...word].map((_, i) => word.slice(0, i + 1))));

/** The most probable digit of each recording: a beam search that spells nothing but digits. */
export async function hear(
  model: CtcRecognizer,
  { vocabulary }: TextCodec,
  { values, lengths }: Padded,
): Promise<{ digit: number; logProb: number }[]> {
  const spelled = (tokens: readonly number[]) => vocabulary.decode(tokens).join('');
  const scorer = (prefix: readonly number[], token: number) =>
    PREFIXES.has(spelled([...prefix, token])) ? 0 : Number.NEGATIVE_INFINITY;
  const lists = await model.predict(values, { lengths, beamSize: 20, nBest: 20, scorer });
  return lists.map((hypotheses) => {
    const digits = hypotheses.map(({ tokens, logProb }) => ({
      digit: DIGITS.indexOf(spelled(tokens)),
      logProb,
    }));
    return (
      digits.find(({ digit }) => digit >= 0) ?? { digit: DIGITS.length, logProb: Number.NEGATIVE_INFINITY }
    );
  });
}

/** The training of the recognizer: CTC, evaluated by the digits that are recognized. */
export async function speechTraining(
  model: CtcRecognizer,
  codec: TextCodec,
  { train, test }: { train: readonly SpokenDigit[]; test: readonly SpokenDigit[] },
  { seed, fractionDone }: { seed: number; fractionDone: () => number },
): Promise<TrainerOptions<SpeechBatch, { accuracy: Accuracy }>> {
  const optimizer = new AdamW(model.parameters(), { lr: LR });
  const lengthOf = ({ frames }: SpeechExample) => frames.length;
  const hide = new nn.Dropout({ p: HIDDEN });
  /** Whole bands and whole frames are hidden in training, after SpecAugment (Park et al. 2019). */
  function shown(frames: Tensor): Tensor {
    if (!model.training) return frames;
    const [rows, steps, mels] = frames.shape as [number, number, number];
    return mul(mul(frames, hide.forward(ones([rows, 1, mels]))), hide.forward(ones([rows, steps, 1])));
  }
  return {
    model,
    optimizer,
    batches: batches(await examplesOf(train, codec, SPEEDS), {
      batchSize: 32,
      order: bucketed({ seed, poolSize: 1000 }),
      lengthOf,
      collate,
    }),
    loss: ({ frames, letters }) => {
      const [lengths, targetLengths] = [frames.lengths, letters.lengths];
      return model.loss(shown(frames.values), letters.values, { lengths, targetLengths, zeroInfinity: true });
    },
    weight: ({ digit }) => digit.length,
    epochs: EPOCHS,
    clipGradNorm: 5,
    schedule: oneCycle(optimizer, fractionDone),
    average: { decay: 0.99 },
    validation: {
      batches: batches(await examplesOf(test, codec), {
        batchSize: 100,
        order: bucketed({ seed }),
        lengthOf,
        collate,
      }),
      metrics: { accuracy: new Accuracy() },
      async measure({ frames, digit }, { accuracy }) {
        const found = await hear(model, codec, frames);
        accuracy.update(
          found.map((each) => each.digit),
          digit,
        );
      },
      value: 'accuracy',
      mode: 'max',
    },
  };
}
