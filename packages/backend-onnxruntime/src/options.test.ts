import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import * as nn from '@unroll/nn';
import { AdamW, trainingStep } from '@unroll/optim';
import { afterEach, describe, expect, it } from 'vitest';
import { read, use } from '../test/on-onnxruntime.ts';
import { onnxruntime, onnxruntimeProfile } from './onnxruntime.ts';

afterEach(() => {
  tf.disposeVariables();
});

describe('options', () => {
  it('writes every graph to a folder', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'graphs-'));
    await use({ dumpGraph: folder });
    await read(tf.exp(tf.scalar(1)));
    await read(tf.sin(tf.scalar(1)));
    expect(readdirSync(folder)).toEqual(['graph-1.onnx', 'graph-2.onnx']);
    rmSync(folder, { recursive: true });
  });

  it('names the option where a graph cannot be written, or the function that takes it fails', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'graphs-')), 'file');
    writeFileSync(file, '');
    await use({ dumpGraph: `${file}/folder` });
    await expect(read(tf.exp(tf.scalar(1)))).rejects.toThrow(
      `onnxruntime: dumpGraph: ${file}/folder/graph-1.onnx could not be written: `,
    );
    await use({
      dumpGraph: () => {
        throw new Error('full');
      },
    });
    await expect(read(tf.exp(tf.scalar(1)))).rejects.toThrow(
      'onnxruntime: dumpGraph: the function failed: full',
    );
    rmSync(file);
  });

  it('measures kernels, by the layers that called them, backward passes included', async () => {
    class Tagger extends nn.Module {
      readonly gru = new nn.GRU({ inputSize: 2, hiddenSize: 3 });
      readonly linear = new nn.Linear({ inFeatures: 3, outFeatures: 2 });

      forward(x: tf.Tensor): tf.Tensor {
        return this.linear.forward(this.gru.forward(x)[0]);
      }
    }
    await use({ profile: true });
    const model = new Tagger();
    const optimizer = new AdamW(model.parameters());
    const x = tf.ones([4, 2, 2]);
    await trainingStep(optimizer, () => tf.mean(tf.square(model.forward(x))));
    const profile = await onnxruntimeProfile();
    const places = profile.map(({ layer, kernel }) => `${layer}: ${kernel}`);
    expect(places).toEqual(
      expect.arrayContaining([
        'Tagger › GRU: RecurrentForward',
        'Tagger › GRU: RecurrentBackward',
        'Tagger › GRU: BatchMatMul',
        'Tagger › Linear: BatchMatMul',
        'AdamW.step: AdamStep',
        '(no layer): Mean',
      ]),
    );
    expect(profile.every(({ milliseconds, nodes }) => milliseconds >= 0 && nodes > 0)).toBe(true);
    // Sessions of later runs are measured again.
    await trainingStep(optimizer, () => tf.mean(tf.square(model.forward(x))));
    expect((await onnxruntimeProfile()).length).toBeGreaterThan(3);
    await use();
  });

  it('gives the same gradients at every graphOptimizationLevel', async () => {
    const norms: number[][] = [];
    for (const graphOptimizationLevel of ['disabled', 'basic', 'extended', 'layout', 'all'] as const) {
      await use({ graphOptimizationLevel });
      nn.manualSeed(2);
      const lstm = new nn.LSTM({ inputSize: 2, hiddenSize: 3, bidirectional: true });
      const x = tf.reshape(tf.range(0, 24), [4, 3, 2]);
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(lstm.forward(x)[0])) as tf.Scalar);
      const read = await Promise.all(Object.values(grads).map((grad) => tf.norm(grad).data()));
      norms.push(read.map(([norm]) => Number(norm!.toPrecision(4))));
      tf.disposeVariables();
    }
    expect(norms).toEqual(norms.map(() => norms[0]));
    expect(norms[0]!.every((norm) => norm > 0)).toBe(true);
  });

  it.each([
    [{ threads: 0 }, 'onnxruntime: threads is 0; expected a whole number of at least 1'],
    [{ maxSessions: 1.5 }, 'onnxruntime: maxSessions is 1.5; expected a whole number of at least 1'],
    [{ maxPooledBytes: -1 }, 'onnxruntime: maxPooledBytes is -1; expected a number of bytes'],
    [{ executionProviders: [] }, 'onnxruntime: executionProviders is an empty list; expected at least one'],
    [
      { graphOptimizationLevel: 'most' as 'all' },
      "onnxruntime: graphOptimizationLevel is 'most'; expected one of 'disabled', 'basic', 'extended', 'layout', 'all'",
    ],
    [{ dumpGraph: 3 as never }, "onnxruntime: dumpGraph is 3; expected a folder's path or a function"],
    [{ dumpGraph: '' }, "onnxruntime: dumpGraph is ''; expected a folder's path or a function"],
    [{ executionProviders: 'cpu' as never }, "onnxruntime: executionProviders is 'cpu'; expected an array"],
    [
      { executionProviders: [{}] as never },
      'onnxruntime: executionProviders is [an object]; expected an array',
    ],
    [{ profile: 'yes' as never }, "onnxruntime: profile is 'yes'; expected true or false"],
    [
      { dump_graph: 'here' } as never,
      "onnxruntime: there is no option 'dump_graph'; did you mean dumpGraph?",
    ],
  ])('refuses the options %j', (options, message) => {
    expect(() => onnxruntime(options)).toThrow(message);
  });

  it('says which execution providers there are where one is missing', async () => {
    const support = await onnxruntime({ executionProviders: ['abacus', 'cpu'] }).support();
    expect(support).toMatchObject({
      supported: false,
      reason: expect.stringContaining(
        "the installed onnxruntime-node has no execution provider 'abacus'; it has cpu",
      ),
    });
  });

  it('says that nothing was measured', async () => {
    await use();
    await expect(onnxruntimeProfile()).rejects.toThrow('use the backend onnxruntime({ profile: true })');
  });
});
