import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunkedSource } from '../../test/chunked-source.ts';
import { lines } from '../formats/lines.ts';
import { blobSource } from './blob-source.ts';
import { bytesSource } from './bytes-source.ts';
import { fileSource } from './file-source.node.ts';
import { gunzipped } from './gunzipped.ts';
import * as web from './platform.web.ts';
import type { Source } from './source.ts';

const text = Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('');
const bytes = new TextEncoder().encode(text);
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unroll-files-'));
  await writeFile(join(folder, 'a.txt'), bytes);
});

afterAll(() => rm(folder, { recursive: true }));

async function textFrom(source: Source, offset: number): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of source.open(offset)) parts.push(part);
  return Buffer.concat(parts).toString();
}

const packed = (of: Uint8Array = bytes) => new Uint8Array(gzipSync(of));

describe('a source', () => {
  const sources: Record<string, () => Source> = {
    'a file': () => fileSource(join(folder, 'a.txt')),
    'a Blob': () => blobSource(new Blob([bytes])),
    'bytes at hand': () => bytesSource(bytes),
    'a packed file': () => gunzipped(bytesSource(packed())),
    'a packed file in small chunks': () => gunzipped(chunkedSource(packed(), 100)),
  };
  for (const [name, make] of Object.entries(sources)) {
    it(`yields its bytes from any position: ${name}`, async () => {
      for (const offset of [0, 1, 70_000, bytes.length - 1, bytes.length, bytes.length + 9]) {
        expect(await textFrom(make(), offset)).toBe(text.slice(offset));
      }
    });
  }

  it('has a name and a size', async () => {
    const path = join(folder, 'a.txt');
    expect([fileSource(path).name, await fileSource(path).size()]).toEqual([path, bytes.length]);
    const file = new File(['abc'], 'b.txt');
    expect([blobSource(file).name, await blobSource(file).size()]).toEqual(['b.txt', 3]);
    expect([blobSource(new Blob()).name, bytesSource('é').name]).toEqual(['blob', 'bytes']);
    expect(await bytesSource('é').size()).toBe(2);
    const zipped = gunzipped(bytesSource(packed(), 'x.txt.gz'));
    expect([zipped.name, await zipped.size()]).toEqual(['x.txt', packed().length]);
  });

  it('accepts a file URL', async () => {
    const file = join(folder, 'by url.txt');
    await writeFile(file, 'a\nb\n');
    expect(await Array.fromAsync(lines(fileSource(pathToFileURL(file))))).toEqual(['a', 'b']);
    expect(fileSource(pathToFileURL(file)).name).toBe(file);
    expect(() => fileSource(new URL('https://example.org/a'))).toThrow('fileSource: path is a URL; expected');
  });

  it('may be left early, and is closed then', async () => {
    const gunzips = {
      node: gunzipped,
      web: (source: Source) => ({ ...source, open: () => web.gunzip(source.open(0)) }),
    };
    for (const [platform, unpack] of Object.entries(gunzips)) {
      let isOpen = false;
      const source = chunkedSource(packed(), 1000);
      const noting: Source = {
        ...source,
        async *open(offset) {
          isOpen = true;
          try {
            yield* source.open(offset);
          } finally {
            await setTimeout(20);
            isOpen = false;
          }
        },
      };
      for await (const line of lines(unpack(noting))) {
        expect(isOpen).toBe(true);
        if (line === 'line 9') break;
      }
      expect([platform, isOpen]).toEqual([platform, false]);
    }
  });

  it.runIf(existsSync('/proc/self/fd'))('leaves no file open where it ends early', async () => {
    const path = join(folder, 'early.gz');
    // Reads synchronously: waiting would give the file time to be closed.
    const isOpen = () =>
      readdirSync('/proc/self/fd').some((fd) => {
        const link = join('/proc/self/fd', fd);
        return existsSync(link) && readlinkSync(link) === path;
      });
    await writeFile(path, packed(randomBytes(1_000_000)));
    for (const source of [fileSource(path), gunzipped(fileSource(path))]) {
      for await (const chunk of source.open(0)) {
        expect(isOpen()).toBe(true);
        if (chunk.length > 0) break;
      }
      expect(isOpen()).toBe(false);
    }
  });

  it('throws for an invalid argument', () => {
    const sizeless = { name: 'a.txt', open: () => [] };
    expect(() => gunzipped(sizeless as never)).toThrow('gunzipped: source is ');
    expect(() => blobSource('a.txt' as never)).toThrow(
      "blobSource: blob is 'a.txt'; expected a Blob or a File",
    );
    expect(() => blobSource(new Blob(), 5 as never)).toThrow('blobSource: name is 5');
  });

  it('throws for a missing file', async () => {
    const missing = lines(fileSource(join(folder, 'none.txt'))).open();
    await expect(missing.next()).rejects.toThrow('ENOENT');
    expect(() => fileSource('')).toThrow("fileSource: path is ''; expected a string that is not empty");
    expect(() => web.fileSource('a.txt')).toThrow(
      "path is 'a.txt'; a page opens no file by its path: see blobSource",
    );
  });
});

describe('a gzip file', () => {
  it('is decompressed only as far as its lines are requested', async () => {
    const random = Uint8Array.from(randomBytes(1_000_000));
    const source = chunkedSource(packed(random), 1000);
    const reading = lines(gunzipped(source), { encoding: 'latin1' }).open();
    await reading.next();
    expect(source.given).toBeLessThan(200_000);
    await reading.return();
  });

  it('resumes at a reading’s position', async () => {
    const source = () => gunzipped(chunkedSource(packed(), 1000));
    const reading = lines(source()).open();
    for (let i = 0; i < 50_000; i++) await reading.next();
    expect((await lines(source()).open(reading.state()).next()).value).toBe('line 50000');
  });

  it('throws when it is read as text', async () => {
    const packed = bytesSource(new Uint8Array(gzipSync('a\nb\n')), 'corpus.txt.gz');
    await expect(Array.fromAsync(lines(packed))).rejects.toThrow(
      'corpus.txt.gz is packed by gzip; read it by gunzipped(source)',
    );
    expect(() => gunzipped('corpus.txt.gz' as never)).toThrow(
      "gunzipped: source is 'corpus.txt.gz'; expected a source, such as fileSource(path)",
    );
  });

  it('may consist of several concatenated gzip files', async () => {
    const both = Buffer.concat([gzipSync('a\n'), gzipSync('b\n')]);
    expect(await textFrom(gunzipped(bytesSource(new Uint8Array(both))), 0)).toBe('a\nb\n');
  });

  it('throws when it is damaged or truncated', async () => {
    const damaged = packed();
    damaged[damaged.length >> 1]! ^= 0xff;
    for (const broken of [packed().subarray(0, -9), damaged, bytes]) {
      await expect(textFrom(gunzipped(bytesSource(broken, 'x.gz')), 0)).rejects.toThrow(
        expect.objectContaining({ name: 'FormatError', message: expect.stringMatching(/^x\.gz: /) }),
      );
    }
    const gone: Source = {
      ...bytesSource(''),
      open: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }) }),
    };
    await expect(textFrom(gunzipped(gone), 0)).rejects.toThrow(/^gone$/);
  });
});

it('a page decompresses the same bytes', async () => {
  const parts: Uint8Array[] = [];
  for await (const part of web.gunzip(chunkedSource(packed(), 500).open(0))) parts.push(part);
  expect(Buffer.concat(parts).toString()).toBe(text);
  const source = chunkedSource(packed(), 500);
  for await (const part of web.gunzip(source.open(0))) if (part.length > 0) break;
  expect(source.given).toBeLessThan(packed().length);
});

it('a page computes the standard’s SHA-256', async () => {
  expect(await web.sha256(bytesSource('abc'))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
