import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { map } from '@unroll/data';
import * as nn from '@unroll/nn';
import { Trainer, type TrainingEvent } from '@unroll/train';
import { describe, expect, it } from 'vitest';
import { backendChoices } from '../backends.ts';
import { captioner } from './model.ts';
import { type CaptionedPicture, pictureOf } from './pictures.ts';
import { captionCodec, captionsFor, captionTraining } from './training.ts';

/** Bars that stand or lie, in the left or right, upper or lower half. */
const pictures: CaptionedPicture[] = Array.from({ length: 32 }, (_, i) => {
  const [place, stands] = [i % 8, i % 16 < 8];
  const data = Float32Array.from({ length: 64 }, (_, pixel) => {
    const across = stands ? pixel % 8 : Math.floor(pixel / 8);
    return across === place ? 1 : 0;
  });
  const side = stands ? ['left', 'right'] : ['upper', 'lower'];
  return {
    picture: { data, shape: [1, 8, 8] },
    caption: [side[place < 4 ? 0 : 1]!, 'bar', ...(stands ? ['stands'] : [])],
  };
});

const sizes = { filters: [8, 16], embeddingDim: 8, hiddenSize: 16, dropout: 0, epochs: 60, batchSize: 8 };

async function lossesOn(backend: string): Promise<number[]> {
  await useBackend(backendChoices[backend]!({}));
  nn.manualSeed(1);
  const before = tf.memory().numTensors;
  const losses: number[] = [];
  {
    const codec = captionCodec(pictures.map(({ caption }) => caption));
    using model = captioner(codec, { channels: 1, size: 8 }, sizes);
    const part = map(pictures, (each) => each);
    const training = captionTraining(
      model,
      codec,
      { train: part, test: part },
      {
        seed: 1,
        sizes,
        fractionDone: () => 0.3,
      },
    );
    using _optimizer = training.optimizer;
    const report = (event: TrainingEvent) => {
      if (event.type === 'step') losses.push(event.loss);
    };
    const { values } = await new Trainer({ ...training, reporters: [report] }).fit();
    expect(values.exact).toBe(1);
    expect(values.f1).toBe(1);
    const asked = tf.ones([1, 1, 8, 8]);
    const [words] = await captionsFor(model, codec, asked, 3);
    asked.dispose();
    expect(words).toContain('bar');
  }
  expect(tf.memory().numTensors).toBe(before);
  return losses;
}

it('learns to name bars, with the same losses on cpu and onnxruntime, and leaves no tensor behind', async () => {
  const [cpu, onnxruntime] = [await lossesOn('cpu'), await lossesOn('onnxruntime')];
  for (const [i, loss] of onnxruntime.slice(0, 20).entries())
    expect(Math.abs(loss - cpu[i]!)).toBeLessThan(2e-3);
  expect(onnxruntime.at(-1)!).toBeLessThan(cpu[0]! / 2);
});

describe('a picture of an image', () => {
  it('has the mean of the pixels that each of its own covers', () => {
    const grey = { data: Float32Array.of(0, 1, 1, 1, 0, 0, 0, 0), shape: [2, 4, 1] } as const;
    expect(pictureOf(grey, [1, 2])).toEqual({ data: Float32Array.of(0.25, 0.5), shape: [1, 1, 2] });
    expect([...pictureOf(grey, [2, 8]).data.slice(0, 4)]).toEqual([0, 0, 1, 1]);
  });

  it('is on white, channel by channel', () => {
    const image = { data: Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0), shape: [1, 2, 4] } as const;
    expect([...pictureOf(image, [1, 2]).data]).toEqual([1, 1, 0, 1, 0, 1]);
    const grey = { data: Float32Array.of(0, 1, 0, 0.25), shape: [1, 2, 2] } as const;
    expect(pictureOf(grey, [1, 2])).toEqual({ data: Float32Array.of(0, 0.75), shape: [1, 1, 2] });
  });
});
