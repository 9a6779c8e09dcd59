import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { inFolder } from '../test/in-folder.ts';
import { type ByteSource, openSafetensors, type StoredTensor, writeSafetensors } from './index.ts';

const matrix: StoredTensor = { dtype: 'F32', shape: [3, 2], data: new Float32Array([1, 2, 3, 4, 5, 6]) };
const scalar: StoredTensor = { dtype: 'I64', shape: [], data: new BigInt64Array([7n]) };
const bytes = writeSafetensors({ matrix, scalar }, { metadata: { format: 'pt' } });

/** A source that records which ranges were read. */
function noting(file: Uint8Array): { source: ByteSource; ranges: [number, number][]; closed: () => number } {
  const ranges: [number, number][] = [];
  let closed = 0;
  const source: ByteSource = {
    size: file.byteLength,
    read: async (start, end) => {
      ranges.push([start, end]);
      return file.slice(start, end);
    },
    close: () => {
      closed++;
    },
  };
  return { source, ranges, closed: () => closed };
}

describe('an open file', () => {
  it('lists its tensors without reading them', async () => {
    const { source, ranges } = noting(bytes);
    const file = await openSafetensors(source);
    expect(file.names).toEqual(['scalar', 'matrix']);
    expect(file.metadata).toEqual(new Map([['format', 'pt']]));
    expect(file.info('matrix')).toEqual({ dtype: 'F32', shape: [3, 2], bytes: 24 });
    expect([file.has('matrix'), file.has('__proto__')]).toEqual([true, false]);
    const dataStart = bytes.length - 32;
    expect(ranges).toEqual([
      [0, 8],
      [8, dataStart],
    ]);
  });

  it('reads the bytes of a tensor or of its rows, and no others', async () => {
    const { source, ranges } = noting(bytes);
    const file = await openSafetensors(source);
    ranges.length = 0;
    expect(await file.read('matrix')).toEqual(matrix);
    expect(await file.readRows('matrix', 1, 3)).toEqual({
      ...matrix,
      shape: [2, 2],
      data: matrix.data.subarray(2),
    });
    expect((await file.readRows('matrix', 1, 1)).shape).toEqual([0, 2]);
    const end = bytes.length;
    expect(ranges).toEqual([
      [end - 24, end],
      [end - 16, end],
    ]);
  });

  it('is closed once, by close or at the end of a block, and then throws on reading', async () => {
    const { source, closed } = noting(bytes);
    const file = await openSafetensors(source);
    await file.close();
    await file[Symbol.asyncDispose]();
    expect(closed()).toBe(1);
    await expect(file.read('matrix')).rejects.toThrow("read: the file of tensor 'matrix' is closed");
  });

  it('is closed when it is not a safetensors file', async () => {
    const { source, closed } = noting(bytes.subarray(1));
    await expect(openSafetensors(source)).rejects.toMatchObject({ name: 'SafetensorsError' });
    expect(closed()).toBe(1);
  });

  it('names the existing tensors when one is missing', async () => {
    const file = await openSafetensors(bytes);
    const words = "there is no tensor 'weight'; there are 'scalar', 'matrix'";
    expect(() => file.info('weight')).toThrow(`info: ${words}`);
    await expect(file.read('weight')).rejects.toThrow(TypeError);
  });

  it.each([
    [-1, 2],
    [2, 1],
    [0, 4],
    [0.5, 2],
    [0, Number.NaN],
  ])('has no rows %d up to %d', async (begin, end) => {
    const file = await openSafetensors(bytes);
    await expect(file.readRows('matrix', begin, end)).rejects.toThrow(
      `readRows: tensor 'matrix' of shape [3, 2] has no rows ${begin} up to ${end} in its first axis`,
    );
    await expect(file.readRows('scalar', 0, 1)).rejects.toThrow('of shape [] has no rows');
  });

  it('returns tensors over the bytes themselves when they are in memory', async () => {
    const file = await openSafetensors(bytes);
    expect((await file.read('matrix')).data.buffer).toBe(bytes.buffer);
  });

  it('throws when its source has become shorter', async () => {
    const source = {
      size: bytes.length,
      read: (start: number, end: number) => bytes.slice(start, Math.min(end, bytes.length - 4)),
    };
    const file = await openSafetensors(source);
    await expect(file.read('matrix')).rejects.toMatchObject({ reason: 'short-read', tensor: 'matrix' });
  });

  it('throws when its source does not return bytes', async () => {
    const source = { size: bytes.length, read: () => [1, 2] as never };
    await expect(openSafetensors(source)).rejects.toThrow(
      'read: the source gave an array of 2 elements; expected a Uint8Array',
    );
  });

  it.each([
    [undefined, 'undefined'],
    [null, 'null'],
    [3, '3'],
    [[1, 2], 'an array of 2 elements'],
    [{ size: -1, read: () => bytes }, 'an object'],
    [new Float32Array(1), 'a Float32Array'],
  ])('cannot be made from %o', async (source, shown) => {
    await expect(openSafetensors(source as never)).rejects.toThrow(
      `openSafetensors: source is ${shown}; expected`,
    );
  });
});

describe('a path', () => {
  it('can be opened and read under Node, also as a URL, and errors name it', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a model.safetensors');
      await writeFile(path, bytes);
      for (const source of [path, pathToFileURL(path)]) {
        await using file = await openSafetensors(source);
        expect(await file.read('matrix')).toEqual(matrix);
        expect(await file.read('scalar')).toEqual(scalar);
      }
      await truncate(path, bytes.length - 1);
      await expect(openSafetensors(path)).rejects.toMatchObject({
        reason: 'truncated',
        file: path,
        message: `${path}: there are 31 bytes after the header; its tensors have 32`,
      });
    }));

  it('of a file that becomes shorter while it is open throws at the missing tensor', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'model.safetensors');
      await writeFile(path, bytes);
      await using file = await openSafetensors(path);
      await truncate(path, bytes.length - 4);
      expect(await file.read('scalar')).toEqual(scalar);
      await expect(file.read('matrix')).rejects.toMatchObject({ reason: 'short-read', file: path });
    }));

  it('to a missing file throws the file system’s error', async () => {
    await expect(openSafetensors('/none/model.safetensors')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('throws when there is no file system', async () => {
    vi.stubGlobal('process', undefined);
    try {
      await expect(openSafetensors('model.safetensors')).rejects.toThrow(
        'openSafetensors: paths are opened under Node alone; give a Blob',
      );
      expect((await openSafetensors(bytes)).names).toHaveLength(2);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

it('a File’s name is in its errors', async () => {
  await expect(openSafetensors(new File([bytes.subarray(0, 20)], 'cut.safetensors'))).rejects.toMatchObject({
    file: 'cut.safetensors',
  });
});
