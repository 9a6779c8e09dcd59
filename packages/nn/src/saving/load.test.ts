import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, CheckpointError, FormatError } from '@unroll/backend/errors';
import {
  openSafetensors,
  type StoredTensor,
  toBFloat16,
  toFloat16,
  writeSafetensors,
  writeShards,
} from '@unroll/safetensors';
import { describe, expect, it } from 'vitest';
import { onEachBackend } from '../../test/backends.ts';
import { Tied, valuesOf } from '../../test/tied.ts';
import { Linear } from '../layers/linear.ts';
import { Module } from '../module.ts';
import { GRU } from '../recurrent/gru.ts';
import { load } from './load.ts';
import { save } from './save.ts';

const linear = () => new Linear({ inFeatures: 2, outFeatures: 1 });
const f32 = (shape: number[], ...data: number[]): StoredTensor => ({
  dtype: 'F32',
  shape,
  data: new Float32Array(data),
});
const weight = f32([1, 2], 1, 2);
const bias = f32([1], 3);
const refused = async (module: Module, bytes: Uint8Array, options = {}) => {
  const before = await valuesOf(module);
  const tensors = tf.memory().numTensors;
  const error = await load(module, bytes, options).catch((reason) => reason);
  expect(await valuesOf(module)).toEqual(before);
  expect(tf.memory().numTensors).toBe(tensors);
  return error;
};

onEachBackend(() => {
  describe('load', () => {
    it('loads the weights that another module saved, from bytes, a Blob and an open file, and leaves no tensor behind', async () => {
      const saved = new GRU({ inputSize: 2, hiddenSize: 3, numLayers: 2 });
      const bytes = await save(saved);
      await using file = await openSafetensors(bytes);
      for (const source of [bytes, bytes.buffer, new Blob([bytes]), file]) {
        const loaded = new GRU({ inputSize: 2, hiddenSize: 3, numLayers: 2 });
        const tensors = tf.memory().numTensors;
        expect(await load(loaded, source)).toEqual({ missingKeys: [], unexpectedKeys: [] });
        expect(tf.memory().numTensors).toBe(tensors);
        expect(await valuesOf(loaded)).toEqual(await valuesOf(saved));
      }
      expect((await file.read('weight_ih_l0')).dtype).toBe('F32');
    });

    it('restores shared parameters', async () => {
      const [saved, loaded] = [new Tied(), new Tied()];
      expect(await load(loaded, await save(saved))).toEqual({ missingKeys: [], unexpectedKeys: [] });
      expect(await valuesOf(loaded)).toEqual(await valuesOf(saved));
      expect(loaded.output.weight).toBe(loaded.embedding.weight);
    });

    it('takes a shared parameter under any of its keys, as PyTorch’s load_model', async () => {
      const loaded = new Tied();
      const table = f32([5, 3], ...Array.from({ length: 15 }, (_, i) => i));
      const alone = { 'alone.weight': f32([1, 1], 1), 'alone.bias': f32([1], 2) };
      for (const key of ['output.weight', 'embedding.weight']) {
        await load(loaded, writeSafetensors({ [key]: table, ...alone }));
        expect([...(await loaded.embedding.weight.data())]).toEqual([...table.data]);
      }
    });

    it('loads the tensor that a key shares by the metadata, even if the module does not share it', async () => {
      const loaded = new Tied(tf.variable(tf.zeros([5, 3])));
      await load(loaded, await save(new Tied()));
      expect(await loaded.output.weight.data()).toEqual(await loaded.embedding.weight.data());
      expect(loaded.output.weight).not.toBe(loaded.embedding.weight);
    });

    it('copies, so that later changes of the bytes do not reach the module', async () => {
      class Any extends Module {
        float = tf.variable(tf.zeros([2]));
        int = tf.variable(tf.zeros([2], 'int32'), false);
        bool = tf.variable(tf.zeros([2], 'bool'), false);
        forward() {}
      }
      const file = writeSafetensors({
        float: f32([2], 1, 2),
        int: { dtype: 'I32', shape: [2], data: new Int32Array([3, 4]) },
        bool: { dtype: 'BOOL', shape: [2], data: new Uint8Array([1, 1]) },
      });
      await using open = await openSafetensors(file.slice());
      const whole = { size: file.length, read: (start: number, end: number) => file.subarray(start, end) };
      for (const source of [file.slice(), file.slice().buffer, open, whole]) {
        const model = new Any();
        await load(model, source);
        if (source instanceof ArrayBuffer) new Uint8Array(source).fill(0);
        else if (source instanceof Uint8Array) source.fill(0);
        else if (source === open) {
          for (const name of open.names) (await open.read(name)).data.fill(0 as never);
        } else file.fill(0);
        expect(await valuesOf(model)).toEqual({ float: [1, 2], int: [3, 4], bool: [1, 1] });
      }
    });

    it('gives two parameters of one stored tensor memory of their own', async () => {
      const loaded = new Tied(tf.variable(tf.zeros([5, 3])));
      await load(loaded, await save(new Tied()));
      const [one, other] = [await loaded.output.weight.data(), await loaded.embedding.weight.data()];
      expect(one.buffer).not.toBe(other.buffer);
    });

    const numbers = new Float32Array([1.5, -0.1]);
    it.each<[string, StoredTensor, number[]]>([
      [
        'F64',
        { dtype: 'F64', shape: [1, 2], data: new Float64Array([0.1, 1e300]) },
        [Math.fround(0.1), Infinity],
      ],
      ['F16', { dtype: 'F16', shape: [1, 2], data: toFloat16(numbers) }, [1.5, -0.0999755859375]],
      ['BF16', { dtype: 'BF16', shape: [1, 2], data: toBFloat16(numbers) }, [1.5, -0.10009765625]],
      ['I64', { dtype: 'I64', shape: [1, 2], data: new BigInt64Array([-5n, 2n ** 62n]) }, [-5, 2 ** 62]],
      ['U64', { dtype: 'U64', shape: [1, 2], data: new BigUint64Array([5n, 2n ** 63n]) }, [5, 2 ** 63]],
      ['I8', { dtype: 'I8', shape: [1, 2], data: new Int8Array([-5, 5]) }, [-5, 5]],
      ['U32', { dtype: 'U32', shape: [1, 2], data: new Uint32Array([1, 2 ** 31]) }, [1, 2 ** 31]],
      ['BOOL', { dtype: 'BOOL', shape: [1, 2], data: new Uint8Array([0, 1]) }, [0, 1]],
    ])('converts %s to float32', async (_, stored, values) => {
      const model = linear();
      await load(model, writeSafetensors({ weight: stored, bias }));
      expect([...(await model.weight.data())]).toEqual(values);
    });

    it('takes nothing where one tensor does not fit, and names all that do not fit', async () => {
      const error = await refused(linear(), writeSafetensors({ weight: f32([2, 1], 1, 2), more: bias }));
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toBe(
        [
          'load: error(s) in loading the state:',
          'Missing key(s) in stateDict: "bias".',
          'Unexpected key(s) in stateDict: "more".',
          "size mismatch for weight: the saved value has shape [2, 1]; the model's has [1, 2].",
        ].join('\n  '),
      );
    });

    it('returns the keys that differ where they are not an error', async () => {
      const model = linear();
      const bytes = writeSafetensors([
        ['weight', weight],
        ['__proto__', bias],
        ['more', bias],
      ]);
      expect(await load(model, bytes, { strict: false })).toEqual({
        missingKeys: ['bias'],
        unexpectedKeys: ['__proto__', 'more'],
      });
      expect([...(await model.weight.data())]).toEqual([1, 2]);
    });

    it('takes nothing from a damaged file, and its fault is the error’s cause', async () => {
      const bytes = await save(linear());
      const error = await refused(linear(), bytes.subarray(0, -1));
      expect(error).toBeInstanceOf(FormatError);
      expect(error.message).toBe(
        'load: safetensors: there are 11 bytes after the header; its tensors have 12',
      );
      expect(error.cause).toMatchObject({ name: 'SafetensorsError', reason: 'truncated' });
    });
  });

  describe('load into integers and booleans', () => {
    class Counting extends Module {
      steps = tf.variable(tf.tensor1d([0, 0], 'int32'), false);
      mask = tf.variable(tf.tensor1d([true, false], 'bool'), false);
      forward() {}
    }
    const mask: StoredTensor = { dtype: 'BOOL', shape: [2], data: new Uint8Array([0, 1]) };

    it('takes whole numbers of any width', async () => {
      const model = new Counting();
      const steps: StoredTensor = {
        dtype: 'I64',
        shape: [2],
        data: new BigInt64Array([-(2n ** 31n), 2n ** 31n - 1n]),
      };
      await load(model, writeSafetensors({ steps, mask }));
      expect(await valuesOf(model)).toEqual({ steps: [-(2 ** 31), 2 ** 31 - 1], mask: [0, 1] });
    });

    it.each<[string, StoredTensor, string]>([
      [
        'a number beyond int32',
        { dtype: 'I64', shape: [2], data: new BigInt64Array([0n, 2n ** 31n]) },
        'wrong value for steps: the saved value has 2147483648 at 1 of its data; expected a number that int32 has',
      ],
      [
        'an unsigned number beyond int32',
        { dtype: 'U32', shape: [2], data: new Uint32Array([2 ** 32 - 1, 0]) },
        'has 4294967295 at 0 of its data',
      ],
      ['floats', f32([2], 1, 2), "dtype mismatch for steps: the saved value is F32; the model's is int32"],
    ])('refuses %s', async (_, steps, message) => {
      const error = await refused(new Counting(), writeSafetensors({ steps, mask }));
      expect(error).toBeInstanceOf(CheckpointError);
      expect(error.message).toContain(message);
    });

    it('refuses numbers where booleans belong', async () => {
      const steps: StoredTensor = { dtype: 'I32', shape: [2], data: new Int32Array(2) };
      const error = await refused(new Counting(), writeSafetensors({ steps, mask: { ...steps } }));
      expect(error.message).toContain("dtype mismatch for mask: the saved value is I32; the model's is bool");
    });
  });
});

describe('load by a path', () => {
  const inFolder = async (f: (folder: string) => Promise<void>) => {
    const folder = await mkdtemp(join(tmpdir(), 'load-'));
    await f(folder).finally(() => rm(folder, { recursive: true }));
  };

  it('reads shards by their index', () =>
    inFolder(async (folder) => {
      for (const [name, chunks] of writeShards({ weight, bias }, { maxShardBytes: 8 })) {
        await writeFile(join(folder, name), chunks);
      }
      const model = linear();
      await load(model, join(folder, 'model.safetensors.index.json'));
      expect(await valuesOf(model)).toEqual({ weight: [1, 2], bias: [3] });
      await rm(join(folder, 'model-00002-of-00002.safetensors'));
      await expect(load(model, join(folder, 'model.safetensors.index.json'))).rejects.toMatchObject({
        name: 'FormatError',
        cause: { reason: 'missing-shard' },
      });
    }));

  it('without a file gives the file system’s error', async () => {
    await expect(load(linear(), '/none/model.safetensors')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

it('a tensor that only the file has is not read', async () => {
  const bytes = writeSafetensors({ weight, bias, large: f32([4], 1, 2, 3, 4) });
  let read = 0;
  const source = {
    size: bytes.length,
    read: (start: number, end: number) => {
      read += end - start;
      return bytes.subarray(start, end);
    },
  };
  await load(linear(), source, { strict: false });
  expect(read).toBe(bytes.length - 16);
});

describe('the arguments of load', () => {
  it.each([
    [undefined, weight, {}, 'load: module is undefined; expected a module'],
    [
      linear(),
      undefined,
      {},
      'load: source is undefined; expected the bytes of a file, a Blob, a path, or an open file',
    ],
    [linear(), 3, {}, 'load: source is 3'],
    [linear(), '', {}, "load: source is ''"],
    [
      linear(),
      new Uint8Array(8),
      { strictly: true },
      "load: there is no option 'strictly'; did you mean strict?",
    ],
    [linear(), new Uint8Array(8), { strict: 'no' }, "load: strict is 'no'; expected true or false"],
  ])('are refused with an error where wrong: %o, %o, %o', async (module, source, options, message) => {
    const error = await load(module as Module, source as never, options as object).catch((reason) => reason);
    expect(error).toBeInstanceOf(ArgumentError);
    expect(error.message).toContain(message);
  });

  it('must not be an object without readable bytes', async () => {
    await expect(load(linear(), { weight } as never)).rejects.toThrow(
      'source is an object; expected a Uint8Array',
    );
  });
});
