import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '@unroll/backend/errors';
import { readSafetensors } from '@unroll/safetensors';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { Tied, valuesOf } from '../../test/tied.ts';
import { Linear } from '../layers/linear.ts';
import { Module } from '../module.ts';
import { LSTM } from '../recurrent/lstm.ts';
import { load } from './load.ts';
import { save } from './save.ts';

class Counting extends Module {
  steps = tf.variable(tf.scalar(7, 'int32'), false);
  mask = tf.variable(tf.tensor1d([true, false], 'bool'), false);
  forward() {}
}

onEachBackend(() => {
  describe('save', () => {
    it('writes every parameter under PyTorch’s key, as float32, and leaves no tensor behind', async () => {
      const lstm = new LSTM({ inputSize: 2, hiddenSize: 3, bidirectional: true });
      const tensors = tf.memory().numTensors;
      const file = readSafetensors(await save(lstm));
      expect(tf.memory().numTensors).toBe(tensors);
      expect(file.metadata).toEqual(new Map([['format', 'pt']]));
      expect(new Set(file.tensors.keys())).toEqual(new Set(Object.keys(lstm.stateDict())));
      for (const [key, values] of Object.entries(await valuesOf(lstm))) {
        const { dtype, shape, data } = file.tensors.get(key)!;
        expect([dtype, shape, [...data]]).toEqual(['F32', lstm.getParameter(key).shape, values]);
      }
    });

    it('writes integers and booleans as such', async () => {
      const { tensors } = readSafetensors(await save(new Counting()));
      expect(tensors.get('steps')).toEqual({ dtype: 'I32', shape: [], data: new Int32Array([7]) });
      expect(tensors.get('mask')).toEqual({ dtype: 'BOOL', shape: [2], data: new Uint8Array([1, 0]) });
    });

    it('writes the parameters’ values of the time of the call, whatever is assigned meanwhile', async () => {
      const linear = new Linear({ inFeatures: 1, outFeatures: 1 });
      const before = await valuesOf(linear);
      const saving = save(linear);
      linear.weight.assign(tf.zeros([1, 1]));
      const { tensors } = readSafetensors(await saving);
      expect([...tensors.get('weight')!.data]).toEqual(before.weight);
    });

    it('keeps its copies when called in a tidy', async () => {
      const linear = new Linear({ inFeatures: 1, outFeatures: 1 });
      const tensors = tf.memory().numTensors;
      let saving: Promise<Uint8Array> | undefined;
      tf.tidy(() => {
        saving = save(linear);
      });
      expect(readSafetensors((await saving)!).tensors.size).toBe(2);
      expect(tf.memory().numTensors).toBe(tensors);
    });

    it('writes a shared parameter once, and its other key into the metadata, as safetensors.torch', async () => {
      const { tensors, metadata } = readSafetensors(await save(new Tied()));
      expect([...tensors.keys()].sort()).toEqual(['alone.bias', 'alone.weight', 'embedding.weight']);
      expect(Object.fromEntries(metadata)).toEqual({ format: 'pt', 'output.weight': 'embedding.weight' });
    });

    it('writes the given metadata before its own', async () => {
      const linear = new Linear({ inFeatures: 1, outFeatures: 1 });
      const bytes = await save(linear, { metadata: { format: 'np', epoch: '3' } });
      expect(Object.fromEntries(readSafetensors(bytes).metadata)).toEqual({ format: 'np', epoch: '3' });
    });

    it('refuses disposed parameters, and leaves no tensor behind', async () => {
      const linear = new Linear({ inFeatures: 1, outFeatures: 1 });
      linear.bias!.dispose();
      const tensors = tf.memory().numTensors;
      await expect(save(linear)).rejects.toThrow("save: module has the parameter 'bias', which is disposed");
      expect(tf.memory().numTensors).toBe(tensors);
    });
  });
});

describe('save to a path', () => {
  it('writes the same file as in memory, and no other one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'save-'));
    try {
      const linear = new Linear({ inFeatures: 2, outFeatures: 3 });
      const path = join(folder, 'model.safetensors');
      for (const to of [path, pathToFileURL(path)]) {
        expect(await save(linear, to, { metadata: { epoch: '3' } })).toBeUndefined();
        const bytes = await save(linear, { metadata: { epoch: '3' } });
        expect(await readFile(path)).toEqual(Buffer.from(bytes));
      }
      expect(await readdir(folder)).toEqual(['model.safetensors']);
      const tensors = tf.memory().numTensors;
      await expect(save(linear, join(folder, 'none', 'model'))).rejects.toMatchObject({ code: 'ENOENT' });
      expect(tf.memory().numTensors).toBe(tensors);
      const other = new Linear({ inFeatures: 2, outFeatures: 3 });
      await load(other, path);
      expect(await valuesOf(other)).toEqual(await valuesOf(linear));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the arguments of save', () => {
  const linear = new Linear({ inFeatures: 1, outFeatures: 1 });
  it.each([
    [undefined, {}, 'save: module is undefined; expected a module'],
    [{ weight: 1 }, {}, 'save: module is an object; expected a module'],
    [linear, { metadata: { epoch: 3 } }, 'save: metadata is an object; expected an object of strings'],
    [linear, { meta: {} }, "save: there is no option 'meta'; did you mean metadata?"],
    [linear, 3, 'save: options is 3; expected an object with options: metadata'],
  ])('are refused with an error where wrong: %o, %o', async (module, options, message) => {
    const error = await save(module as Module, options as object).catch((reason) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain(message);
  });
});
