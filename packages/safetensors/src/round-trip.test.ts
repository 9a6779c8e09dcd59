import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { blobOf } from '../test/blob-of.ts';
import { anyTensors, bitsOf } from '../test/tensors.ts';
import { inHostOrder } from './byte-order.ts';
import {
  openSafetensors,
  openShards,
  readSafetensors,
  type Source,
  writeSafetensors,
  writeShards,
} from './index.ts';

const texts = fc.string({ unit: 'grapheme' }).filter((text) => !/\p{Surrogate}/u.test(text));
const metadata = fc.uniqueArray(fc.tuple(texts, texts), { selector: ([key]) => key, maxLength: 4 });

it('tensors of every dtype, shape and name are read back bit by bit, with the metadata', () => {
  fc.assert(
    fc.property(anyTensors, metadata, (tensors, pairs) => {
      const file = writeSafetensors(tensors, { metadata: pairs });
      const read = readSafetensors(file);
      const shifted = Buffer.concat([new Uint8Array(1), file]).subarray(1);
      for (const [name, tensor] of readSafetensors(shifted).tensors) {
        expect(bitsOf(tensor)).toEqual(bitsOf(read.tensors.get(name)!));
      }
      expect(read.metadata).toEqual(new Map(pairs));
      expect(new Set(read.tensors.keys())).toEqual(new Set(tensors.keys()));
      for (const [name, tensor] of tensors) expect(bitsOf(read.tensors.get(name)!)).toEqual(bitsOf(tensor));
    }),
  );
});

it('a file that is read and written again is identical', () => {
  fc.assert(
    fc.property(anyTensors, (tensors) => {
      const file = writeSafetensors(tensors, { metadata: { format: 'pt' } });
      const { tensors: read, metadata } = readSafetensors(file);
      expect(writeSafetensors(read, { metadata })).toEqual(file);
    }),
  );
});

it('every kind of source gives the same tensors and rows', async () => {
  await fc.assert(
    fc.asyncProperty(anyTensors, async (tensors) => {
      const bytes = writeSafetensors(tensors);
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      const sources: Source[] = [
        bytes,
        bytes.buffer,
        shifted.subarray(3),
        Buffer.from(bytes.buffer),
        Buffer.from(shifted.buffer, 3),
        new Blob([bytes]),
        { size: bytes.length, read: async (start, end) => bytes.slice(start, end) },
        { size: bytes.length, read: (start, end) => Buffer.from(shifted.buffer, 3 + start, end - start) },
      ];
      for (const source of sources) {
        await using file = await openSafetensors(source);
        for (const [name, tensor] of tensors) {
          expect(bitsOf(await file.read(name))).toEqual(bitsOf(tensor));
          const [rows, ...rest] = tensor.shape;
          if (!rows) continue;
          const { shape, data } = await file.readRows(name, rows - 1, rows);
          expect(shape).toEqual([1, ...rest]);
          const last = tensor.data.subarray(tensor.data.length - data.length);
          expect(bitsOf({ ...tensor, shape, data } as typeof tensor)).toEqual(
            bitsOf({ ...tensor, shape, data: last } as typeof tensor),
          );
        }
      }
    }),
    { numRuns: 30 },
  );
});

it('shards of any size hold all tensors', async () => {
  await fc.assert(
    fc.asyncProperty(anyTensors, fc.integer({ min: 1, max: 2000 }), async (tensors, maxShardBytes) => {
      const files = writeShards(tensors, { maxShardBytes });
      const index = files.get('model.safetensors.index.json');
      const bytesOf = (file: string) => blobOf(files.get(file)!);
      await using file = index
        ? await openShards(blobOf(index), bytesOf)
        : await openSafetensors(bytesOf('model.safetensors'));
      expect(new Set(file.names)).toEqual(new Set(tensors.keys()));
      for (const [name, tensor] of tensors) expect(bitsOf(await file.read(name))).toEqual(bitsOf(tensor));
    }),
    { numRuns: 50 },
  );
});

it('bytes are swapped on big-endian machines, and only there', () => {
  const bytes = new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(inHostOrder(bytes, 4, false)).toEqual(new Uint8Array([4, 3, 2, 1, 8, 7, 6, 5]));
  expect(bytes[0]).toBe(1);
  expect(inHostOrder(bytes, 1, false)).toBe(bytes);
  expect(inHostOrder(bytes, 8, true)).toBe(bytes);
});
