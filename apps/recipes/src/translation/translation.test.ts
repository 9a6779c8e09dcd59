import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import * as nn from '@unroll/nn';
import { Trainer, type TrainingEvent } from '@unroll/train';
import { expect, it } from 'vitest';
import { backendChoices } from '../backends.ts';
import { codecsOf, type TranslatedText } from './codecs.ts';
import { translator } from './model.ts';
import { SHORT, translationTraining } from './training.ts';
import { translate } from './translate.ts';

const german = ['eins', 'zwei', 'drei', 'vier', 'fünf'];
const english = ['one', 'two', 'three', 'four', 'five'];

/** Two or three numbers in words */
const texts: TranslatedText[] = Array.from({ length: 5 * 5 * 6 }, (_, code) => {
  const digits = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25) % 6].filter((digit) => digit < 5);
  const said = (words: readonly string[]) => digits.map((digit) => words[digit]).join(' ');
  return { source: `${said(german)}.`, target: `${said(english)}!` };
});

const sizes = { ...SHORT, embeddingDim: 16, hiddenSize: 16, dropout: 0, merges: 40, maxTokens: 80, lr: 0.02 };

async function lossesOn(backend: string, plain: boolean): Promise<number[]> {
  await useBackend(backendChoices[backend]!({}));
  nn.manualSeed(1);
  const before = tf.memory().numTensors;
  const losses: number[] = [];
  {
    const codecs = codecsOf(texts, sizes.merges);
    using model = translator(codecs, sizes, plain);
    const parts = { train: texts, validation: texts.slice(0, 20) };
    const training = translationTraining(model, codecs, parts, { sizes, seed: 1, fractionDone: () => 0.3 });
    using _optimizer = training.optimizer;
    const report = (event: TrainingEvent) => {
      if (event.type === 'step') losses.push(event.loss);
    };
    const { values } = await new Trainer({ ...training, epochs: plain ? 25 : 15, reporters: [report] }).fit();
    expect(values.bleu).toBeGreaterThan(90);
    const asked = ['drei zwei.', 'fünf eins vier.'];
    for (const beamSize of [1, 3])
      expect(await translate(model, codecs, asked, beamSize)).toEqual(['three two!', 'five one four!']);
  }
  expect(tf.memory().numTensors).toBe(before);
  return losses;
}

it.each([
  ['with attention', false],
  ['without attention', true],
])(
  'learns numbers %s, with the same losses on cpu and onnxruntime, and leaves no tensor behind',
  async (_, plain) => {
    const [cpu, onnxruntime] = [await lossesOn('cpu', plain), await lossesOn('onnxruntime', plain)];
    for (const [i, loss] of onnxruntime.slice(0, 10).entries())
      expect(Math.abs(loss - cpu[i]!)).toBeLessThan(2e-3);
  },
);

it('encodes the target with start and end tokens, and decodes any text exactly', () => {
  const { source, target } = codecsOf(texts, 10);
  expect(target.encode('one')[0]).toBe(target.specialIds.bos);
  expect([source, target].map((codec) => codec.encode('one').at(-1))).toEqual([
    source.specialIds.eos,
    target.specialIds.eos,
  ]);
  expect(target.decode(target.encode('Straße 5, ☂'))).toBe('Straße 5, ☂');
});
