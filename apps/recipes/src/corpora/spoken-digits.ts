import { readWav } from '@unroll/data/audio';
import { bytesOf } from './bytes-of.ts';
import { readChecksums } from './checksums.ts';
import type { CorpusFacts } from './corpus-facts.ts';
import { openCorpus } from './open-corpus.ts';
import type { TrainAndTest } from './train-and-test.ts';

const REPOSITORY = 'Jakobovski/free-spoken-digit-dataset';

export const SPOKEN_DIGITS: CorpusFacts = {
  name: 'Free Spoken Digit Dataset 1.0.10',
  licence: 'CC BY-SA 4.0',
  source: `https://github.com/${REPOSITORY}`,
  files:
    '0_george_0.wav to 9_yweweler_49.wav, directly or in free-spoken-digits, recordings or fsdd/recordings',
};

export const SPEAKERS = ['george', 'jackson', 'lucas', 'nicolas', 'theo', 'yweweler'] as const;

export interface SpokenDigit {
  /** 0 to 9 */
  readonly digit: number;
  /** One of `SPEAKERS` */
  readonly speaker: string;
  /** Which of the 50 recordings of this digit by this speaker, from 0 */
  readonly index: number;
  /** In [−1, 1), 8,000 a second */
  readonly samples: Float32Array;
}

/** Reads a recording. Its name has the form `{digit}_{speaker}_{index}.wav`. */
export function readSpokenDigit(name: string, bytes: Uint8Array): SpokenDigit {
  const [digit, speaker, index] = name.replace('.wav', '').split('_') as [string, string, string];
  const { channels } = readWav(bytes, { name });
  return { digit: Number(digit), speaker, index: Number(index), samples: channels[0]! };
}

/** 3,000 recordings of digits, 50 of each by each of six speakers (Jackson et al.). Split them by one of the functions below. */
export async function loadSpokenDigits(folder?: string): Promise<SpokenDigit[]> {
  const sums = [...(await readChecksums('free-spoken-digits'))];
  const files = sums.map(([name, sha256]) => ({
    url: `https://raw.githubusercontent.com/${REPOSITORY}/v1.0.10/recordings/${name}`,
    sha256,
  }));
  const opened = await openCorpus(
    { name: 'free-spoken-digits', licence: SPOKEN_DIGITS.licence, files },
    folder,
    ['recordings', 'fsdd/recordings'],
  );
  const digits: SpokenDigit[] = [];
  for (const [i, source] of opened.files.entries()) {
    digits.push(readSpokenDigit(sums[i]![0], await bytesOf(source)));
  }
  return digits;
}

/** The split of the corpus's README: the first five recordings of each digit by each speaker are for the test. */
export function splitByIndex(digits: readonly SpokenDigit[]): TrainAndTest<SpokenDigit> {
  return { train: digits.filter(({ index }) => index >= 5), test: digits.filter(({ index }) => index < 5) };
}

/** Holds out all recordings of a speaker. It shows how well a model understands a voice that it has never heard. */
export function holdOutSpeaker(digits: readonly SpokenDigit[], heldOut: string): TrainAndTest<SpokenDigit> {
  return {
    train: digits.filter(({ speaker }) => speaker !== heldOut),
    test: digits.filter(({ speaker }) => speaker === heldOut),
  };
}
