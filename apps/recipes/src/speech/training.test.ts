import { dispose, memory } from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { padded } from '@unroll/data';
import * as nn from '@unroll/nn';
import { expect, it } from 'vitest';
import { itLearnsTheSame } from '../../test/same-on-backends.ts';
import { backendChoices } from '../backends.ts';
import type { SpokenDigit } from '../corpora/spoken-digits.ts';
import {
  DIGITS,
  examplesOf,
  hear,
  letterCodec,
  recognizer,
  type SpeechExample,
  speechTraining,
} from './training.ts';

const RATE = 8000;

/** A digit as a tone of its own, a little higher at each index: 0.3 s */
function tone(digit: number, index: number): SpokenDigit {
  const frequency = 400 + 300 * digit + 10 * index;
  const samples = Float32Array.from(
    { length: 0.3 * RATE },
    (_, t) => 0.5 * Math.sin((2 * Math.PI * frequency * t) / RATE) * Math.sin((Math.PI * t) / (0.3 * RATE)),
  );
  return { digit, speaker: 'george', index, samples };
}

/** Three tones of each of four digits */
const tones = [1, 2, 6, 8].flatMap((digit) => [0, 1, 2].map((index) => tone(digit, index)));

itLearnsTheSame('the recognizer learns the same on cpu and onnxruntime', {
  steps: 50,
  falls: 0.6,
  async begin(fractionDone) {
    const codec = letterCodec();
    const model = recognizer(codec);
    const split = { train: tones, test: tones };
    return { training: await speechTraining(model, codec, split, { seed: 1, fractionDone }) };
  },
});

it('hears nothing but digits, whatever the weights, with probabilities of at most 1', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  nn.manualSeed(2);
  const codec = letterCodec();
  using model = recognizer(codec);
  const before = memory().numTensors;
  const examples = await examplesOf(tones.slice(0, 3), codec);
  const frames = padded({ batchFirst: true })(examples.map((each) => each.frames));
  const heard = await hear(model, codec, frames);
  dispose(frames.values);
  expect(heard).toHaveLength(3);
  for (const { digit, logProb } of heard) {
    expect(DIGITS[digit]).toBeDefined();
    expect(logProb).toBeLessThan(0);
  }
  expect(memory().numTensors).toBe(before);
});

it('hears no digit in a recording too short to spell one', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  const codec = letterCodec();
  using model = recognizer(codec);
  const [example] = await examplesOf([tone(1, 0)], codec);
  const frames = padded({ batchFirst: true })([example!.frames.slice(0, 2)]);
  expect(await hear(model, codec, frames)).toEqual([
    { digit: DIGITS.length, logProb: Number.NEGATIVE_INFINITY },
  ]);
  dispose(frames.values);
});

it('makes frames whose features have mean 0, and copies of recordings at other speeds', async () => {
  await useBackend(backendChoices.cpu!({ threads: 1 }));
  const codec = letterCodec();
  const [{ frames }] = (await examplesOf([tone(3, 0)], codec)) as [SpeechExample];
  for (const mel of [0, 17, 39]) {
    const sum = frames.reduce((total, row) => total + row[mel]!, 0);
    expect(sum / frames.length).toBeCloseTo(0, 5);
  }
  const examples = await examplesOf([tone(3, 0)], codec, [
    [1, 1],
    [7, 8],
    [8, 7],
  ]);
  const counts = examples.map((each) => each.frames.length);
  expect(counts[1]! / counts[0]!).toBeCloseTo(8 / 7, 1);
  expect(counts[2]! / counts[0]!).toBeCloseTo(7 / 8, 1);
  expect(examples.map(({ letters }) => codec.decode(letters))).toEqual(['three', 'three', 'three']);
});

it('spells every digit with letters of its own ids, none of which is the blank', () => {
  const codec = letterCodec();
  expect(codec.specialIds.pad).toBe(0);
  for (const word of DIGITS) {
    expect(codec.encode(word)).not.toContain(0);
    expect(codec.decode(codec.encode(word))).toBe(word);
  }
});
