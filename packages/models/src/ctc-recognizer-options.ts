import type { Tensor } from '@tensorflow/tfjs-core';
import { kind, type OptionKinds, shapeText, valuesAtHand } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { CtcBeamSearchOptions, Encoder } from '@unroll/seq2seq';
import { encoderKind } from '@unroll/seq2seq/checks';
import { type LengthOptions, lengthKinds } from './source-lengths.ts';

export interface CtcRecognizerOptions {
  /** Reads the sources, such as a `FeatureEncoder` of frames */
  encoder: Encoder;
  /** V, the number of classes: the tokens and the blank */
  numClasses: number;
  /** The class that means "no token". Default 0. */
  blank?: number | undefined;
  /** Probability of zeroing, in training, an element of the encoder's output. Default 0. */
  dropout?: number | undefined;
}

export interface RecognitionLossOptions extends LengthOptions {
  /** Number of tokens of each target; by default all of the tensor */
  targetLengths?: readonly number[] | undefined;
  /** Whether sources that are too short for their target count as 0 instead of ∞. Default false. */
  zeroInfinity?: boolean | undefined;
}

/** Options of a recognition: those of `ctcBeamSearch`. Without `beamSize` there is no beam, but the best path. */
export interface RecognitionOptions
  extends LengthOptions,
    Partial<Omit<CtcBeamSearchOptions, 'vocabularySize' | 'blank' | 'lengths'>> {}

/** Throws where there is not a target for each source, or where one holds a blank before its end. */
export function checkTargets(
  operation: string,
  targets: Tensor,
  counts: readonly number[],
  { sources, blank }: { sources: number; blank: number },
): void {
  const [rows, steps] = targets.shape as [number, number];
  if (rows !== sources) {
    const fault = `has ${rows} rows (shape ${shapeText(targets.shape)}); there are ${sources} sources`;
    throw new ArgumentError(operation, 'targets', fault);
  }
  valuesAtHand(targets)?.forEach((token, i) => {
    const [row, step] = [Math.floor(i / steps), i % steps];
    if (token !== blank || !(step < counts[row]!)) return;
    const fault = `holds ${token}, the blank, at [${row}, ${step}]; expected other tokens up to the target's length in targetLengths`;
    throw new ArgumentError(operation, 'targets', fault);
  });
}

export const recognizerKinds = {
  encoder: kind.required(encoderKind),
  numClasses: kind.required(kind.whole(1)),
  blank: kind.whole(0),
  dropout: kind.probability,
};

export const lossKinds = {
  ...lengthKinds,
  targetLengths: kind.listOf(kind.whole(0)),
  zeroInfinity: kind.flag,
};
export const recognitionKinds: OptionKinds<RecognitionOptions> = {
  ...lengthKinds,
  beamSize: kind.whole(1),
  nBest: kind.whole(1),
  scorer: kind.func,
  scorerWeight: kind.atLeast(0),
  insertionBonus: kind.finite,
};
