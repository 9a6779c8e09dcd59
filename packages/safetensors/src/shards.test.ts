import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { blobOf } from '../test/blob-of.ts';
import { inFolder } from '../test/in-folder.ts';
import { openSafetensors, openShards, type StoredTensor, writeSafetensors, writeShards } from './index.ts';

const u8 = (...data: number[]): StoredTensor => ({
  dtype: 'U8',
  shape: [data.length],
  data: new Uint8Array(data),
});
const tensors = { c: u8(1, 2, 3), a: u8(4, 5), b: u8(6, 7, 8, 9, 10), empty: u8(), d: u8(11) };
const INDEX = 'model.safetensors.index.json';
const textOf = (chunks: readonly Uint8Array[] | undefined) => Buffer.concat(chunks ?? []).toString();
const index = (weightMap: object, rest = {}) =>
  new TextEncoder().encode(JSON.stringify({ ...rest, weight_map: weightMap }));

describe('shards', () => {
  it('have Hugging Face’s names, and an index of their tensors', () => {
    const files = writeShards(tensors, { maxShardBytes: 4, metadata: { format: 'pt' } });
    const shard = (i: number) => `model-0000${i}-of-00004.safetensors`;
    expect([...files.keys()]).toEqual([shard(1), shard(2), shard(3), shard(4), INDEX]);
    expect(JSON.parse(textOf(files.get(INDEX)))).toEqual({
      metadata: { total_size: 11 },
      weight_map: { c: shard(1), a: shard(2), b: shard(3), empty: shard(4), d: shard(4) },
    });
  });

  it('are one plain file when one is enough', () => {
    expect([...writeShards(tensors).keys()]).toEqual(['model.safetensors']);
    expect([...writeShards({}).keys()]).toEqual(['model.safetensors']);
    expect(Buffer.concat(writeShards(tensors).get('model.safetensors')!)).toEqual(
      Buffer.from(writeSafetensors(tensors)),
    );
  });

  it('are read as one file, by the path or URL of their index', () =>
    inFolder(async (folder) => {
      for (const [name, chunks] of writeShards(tensors, { maxShardBytes: 4, metadata: { format: 'pt' } })) {
        await writeFile(join(folder, name), chunks);
      }
      for (const path of [join(folder, INDEX), pathToFileURL(join(folder, INDEX))]) {
        await using file = await openSafetensors(path);
        expect(file.names).toEqual(['c', 'a', 'b', 'd', 'empty']);
        expect(file.metadata.get('format')).toBe('pt');
        expect(file.info('b')).toEqual({ dtype: 'U8', shape: [5], bytes: 5 });
        expect(file.has('none')).toBe(false);
        for (const [name, tensor] of Object.entries(tensors)) expect(await file.read(name)).toEqual(tensor);
        expect((await file.readRows('b', 1, 3)).data).toEqual(new Uint8Array([7, 8]));
        expect(() => file.info('none')).toThrow("info: there is no tensor 'none'; there are 'c', 'a', 'b'");
      }
    }));

  it('may have names with characters that are special in a URL, also in folders', () =>
    inFolder(async (folder) => {
      const names = ['a#b', 'a?b', 'a%20b', '%2e%2e', 'a b&c;d', 'deep#/e'];
      await mkdir(join(folder, 'deep#'));
      for (const [i, name] of names.entries()) {
        await writeFile(join(folder, name), writeSafetensors({ [name]: u8(i) }));
      }
      await writeFile(join(folder, 'a'), writeSafetensors({ other: u8(9) }));
      const path = join(folder, INDEX);
      await writeFile(path, index(Object.fromEntries(names.map((name) => [name, name]))));
      for (const form of [path, pathToFileURL(path), new URL('?x#y', pathToFileURL(path))]) {
        await using file = await openSafetensors(form);
        expect([...file.names].sort()).toEqual([...names].sort());
      }
    }));

  it('may be in a folder of any name, beside their index', () =>
    inFolder(async (folder) => {
      const odd = join(folder, 'two\nlines');
      await mkdir(odd);
      await writeFile(join(odd, 'x'), writeSafetensors({ a: u8(1) }));
      await writeFile(join(odd, INDEX), index({ a: 'x' }));
      await using file = await openSafetensors(join(odd, INDEX));
      expect(file.names).toEqual(['a']);
    }));

  it('that are missing are named, with the file system’s reason', () =>
    inFolder(async (folder) => {
      await mkdir(join(folder, 'm'));
      const path = join(folder, 'm', INDEX);
      await writeFile(path, index({ a: 'gone.safetensors' }));
      const error = await openSafetensors(path).catch((reason) => reason);
      expect(error).toMatchObject({ name: 'SafetensorsError', reason: 'missing-shard', file: path });
      expect(error.message).toContain("shard 'gone.safetensors' cannot be opened: ENOENT");
      expect(error.cause).toMatchObject({ code: 'ENOENT' });
    }));

  it.each([0, 1.5, Number.NaN, '5GB'])('cannot have a maxShardBytes of %o', (maxShardBytes) => {
    expect(() => writeShards(tensors, { maxShardBytes: maxShardBytes as number })).toThrow(
      'expected a whole number of at least 1',
    );
  });
});

/** The fault of an index, the index, its fault code and words of the error. Shard x holds `a`, shard y `a` and `b`. */
const broken: readonly [string, Uint8Array, string, string][] = [
  ['is not JSON', new TextEncoder().encode('{"weight_map":'), 'index-syntax', 'the index is not JSON'],
  ['is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'index-syntax', 'the index is not JSON'],
  ['is a list', new TextEncoder().encode('[]'), 'index-syntax', 'expected the index'],
  ['is lists in lists', new TextEncoder().encode('['.repeat(1e6)), 'index-syntax', 'the index is not JSON'],
  ['has no map', new TextEncoder().encode('{"metadata":{}}'), 'index-syntax', 'the index has no weight_map'],
  ['has a list as its map', index([]), 'index-syntax', 'expected weight_map'],
  ['has a number as a file', index({ a: 1 }), 'index-syntax', 'expected the name of a file'],
  [
    'has a tensor twice',
    new TextEncoder().encode('{"weight_map":{"a":"x","a":"y"}}'),
    'duplicate-name',
    "has the name 'a' twice",
  ],
  [
    'leads upwards',
    index({ a: '../x' }),
    'shard-path',
    "tensor 'a' is in '../x'; expected a file in the index's folder",
  ],
  ['leads upwards on the way', index({ a: 'm/../../x' }), 'shard-path', "'m/../../x'"],
  ['leads to the root', index({ a: '/x' }), 'shard-path', "'/x'"],
  ['leads to another drive', index({ a: 'c:x' }), 'shard-path', "'c:x'"],
  ['leads upwards as on Windows', index({ a: '..\\x' }), 'shard-path', "'..\\x'"],
  ['leads nowhere', index({ a: '' }), 'shard-path', "''"],
  [
    'names a shard that there is not',
    index({ a: 'x', b: 'z' }),
    'missing-shard',
    "shard 'z' cannot be opened: openShards: source is undefined",
  ],
  [
    'names a tensor that its shard lacks',
    index({ a: 'x', b: 'x' }),
    'missing-tensor',
    "tensor 'b' is not in 'x', where the index says that it is",
  ],
  [
    'has shards with the same tensor',
    index({ a: 'x', b: 'y' }),
    'tensor-in-two-shards',
    "tensor 'a' is in two shards, 'x' and 'y'",
  ],
];

describe('an index', () => {
  const shards: Readonly<Record<string, Uint8Array>> = {
    x: writeSafetensors({ a: u8(1) }),
    y: writeSafetensors({ a: u8(1), b: u8(2) }),
  };

  it.each(broken)('that %s throws', async (_, bytes, reason, words) => {
    for (const form of [bytes, bytes.slice().buffer, blobOf([bytes])]) {
      const error = await openShards(form, (file) => shards[file]!).catch((caught) => caught);
      expect(error).toMatchObject({ name: 'SafetensorsError', reason });
      expect(error.message).toContain(words);
    }
  });

  it('may have other fields, of any depth, before and after its map', async () => {
    const rest = {
      metadata: { total_size: 3e2, list: [1, [{ a: '}"]' }, null, true]], text: '\\"' },
      more: -1.5,
    };
    const after = `${JSON.stringify({ ...rest, weight_map: { a: 'x' } }).slice(0, -1)},"last":[{}]}`;
    await using file = await openShards(new TextEncoder().encode(after), (name) => shards[name]!);
    expect(file.names).toEqual(['a']);
  });

  it('need not name all tensors of its shards', async () => {
    await using file = await openShards(index({ b: 'y' }), (name) => shards[name]!);
    expect(file.names).toEqual(['a', 'b']);
  });

  it('with a damaged shard names it in the error, and closes the others', async () => {
    let closed = 0;
    const whole = shards.x!;
    const source = {
      size: whole.length,
      read: (start: number, end: number) => whole.subarray(start, end),
      close: () => {
        closed++;
      },
    };
    const open = (file: string) => (file === 'x' ? source : shards.y!.subarray(1));
    await expect(openShards(index({ a: 'x', b: 'y' }), open)).rejects.toMatchObject({ file: 'y' });
    expect(closed).toBe(1);
  });

  it('must be given as bytes', async () => {
    await expect(openShards({} as never, () => shards.x!)).rejects.toThrow(
      'openShards: index is an object; expected its bytes',
    );
  });
});
