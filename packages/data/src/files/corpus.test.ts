import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FileServer, type Served, serveFile } from '../../test/file-server.ts';
import { type CorpusDescription, type CorpusOptions, corpus } from './corpus.ts';
import type { Source } from './source.ts';

const bytes = new TextEncoder().encode(Array.from({ length: 20_000 }, (_, i) => `line ${i}\n`).join(''));
const sum = (of: Uint8Array) => createHash('sha256').update(of).digest('hex');

let folder: string;
let server: FileServer;
let served: Served | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unroll-corpus-'));
  served = { bytes, etag: '"1"' };
  server = await serveFile(() => served);
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const described = (file: object = {}): CorpusDescription => ({
  name: 'lines',
  licence: 'CC0',
  files: [{ url: server.url, sha256: sum(bytes), ...file }],
});

const open = (file: object = {}, options: CorpusOptions = {}) =>
  corpus(described(file), { cache: folder, fetch: server.fetch, ...options });

async function allBytes(source: Source): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source.open(0)) parts.push(part);
  return Buffer.concat(parts);
}

/** All files of the cache, including parts. */
const kept = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

/** Breaks off a download: the server cuts every response, and the next try must request the rest. */
async function breakOff(etag = '"1"'): Promise<void> {
  served = { bytes, etag, cut: 100_000 };
  const whole = served;
  const stop = (async (...args: Parameters<typeof fetch>) => {
    if (served !== whole) throw new TypeError('fetch failed');
    const response = await server.fetch(...args);
    served = undefined;
    return response;
  }) as typeof fetch;
  await expect(open({}, { fetch: stop })).rejects.toMatchObject({ name: 'DownloadError' });
}

describe('a corpus', () => {
  it('is downloaded once, with progress, and then found in the cache', async () => {
    const progress: number[] = [];
    const sizes = new Set<number | undefined>();
    const made = await open(
      {},
      {
        onProgress: ({ file, bytes: there, size }) => {
          progress.push(there);
          sizes.add(size);
          expect(file).toBe('corpus.txt');
        },
      },
    );
    expect([made.name, made.licence, made.files.length]).toEqual(['lines', 'CC0', 1]);
    expect(await allBytes(made.file('corpus.txt'))).toEqual(Buffer.from(bytes));
    expect(() => made.file('other.txt')).toThrow("corpus: name is 'other.txt'; lines has corpus.txt");
    expect([progress[0], progress.at(-1), [...sizes]]).toEqual([0, bytes.length, [bytes.length]]);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    await server.close();
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined]);
    expect(await kept()).toEqual(['corpus.txt']);
    server = await serveFile(() => served);
  });

  it('resumes a download that was cut in the middle, in the same call', async () => {
    served = { bytes, etag: '"1"', cut: 100_000 };
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
  });

  it('resumes a download that was cut in the middle, in a later call', async () => {
    await breakOff();
    expect((await kept()).sort()).toEqual(['bytes', 'validator']);
    served = { bytes, etag: '"1"' };
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined, 'bytes=100000-']);
    expect(await kept()).toEqual(['corpus.txt']);
  });

  it('starts again when the server’s file has changed', async () => {
    await breakOff();
    served = { bytes, etag: '"2"' };
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined, 'bytes=100000-']);
  });

  it('starts again when the server has no ranges, and reports when that breaks off again', async () => {
    await breakOff();
    served = { bytes, etag: '"1"', ranges: false };
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    served = { bytes, ranges: false, cut: 100_000 };
    await expect(open({ name: 'other.txt' })).rejects.toThrow(
      expect.objectContaining({
        name: 'DownloadError',
        message: expect.stringContaining('the download broke off after 100000'),
        status: undefined,
      }),
    );
  });

  it('starts again when the server has only a weak validator', async () => {
    await breakOff('W/"1"');
    served = { bytes, etag: 'W/"1"' };
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined, undefined]);
  });

  it('leaves the part of a process on another machine alone', async () => {
    const place = join(
      folder,
      'lines',
      sum(bytes).slice(0, 16),
      'corpus.txt.parts',
      'owned@elsewhere@999999999@x@1',
    );
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'bytes'), 'line 0');
    await writeFile(join(place, 'validator'), '"1"');
    await open();
    expect(server.ranges).toEqual([undefined]);
    expect(await readFile(join(place, 'bytes'), 'utf8')).toBe('line 0');
  });

  it('uses a part that was already complete', async () => {
    await breakOff();
    served = { bytes: bytes.subarray(0, 100_000), etag: '"1"' };
    const made = await open({ sha256: sum(bytes.subarray(0, 100_000)) });
    expect((await allBytes(made.files[0]!)).length).toBe(100_000);
  });

  it('keeps a download for the next call when it cannot be moved to its place', async () => {
    const place = join(folder, 'lines', sum(bytes).slice(0, 16), 'corpus.txt');
    await mkdir(place, { recursive: true });
    await expect(open()).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM/);
    await rm(place, { recursive: true });
    expect(await allBytes((await open()).files[0]!)).toEqual(Buffer.from(bytes));
    expect(server.ranges).toEqual([undefined, `bytes=${bytes.length}-`]);
  });

  it('keeps nothing of a file with a wrong checksum, and names the file', async () => {
    const expected = 'a'.repeat(64);
    await expect(open({ sha256: expected.toUpperCase() })).rejects.toThrow(
      expect.objectContaining({
        name: 'ChecksumError',
        message: `${server.url}: its SHA-256 is ${sum(bytes)}; expected ${expected}`,
        file: server.url,
        expected,
        got: sum(bytes),
      }),
    );
    expect(await kept()).toEqual([]);
    expect(await readdir(folder, { recursive: true })).toEqual(['lines']);
    await expect(open({ size: 1000 })).rejects.toThrow(
      expect.objectContaining({
        name: 'FormatError',
        message: expect.stringContaining('more than the 1000 bytes'),
      }),
    );
    expect(await kept()).toEqual([]);
  });

  it('throws with the server’s response', async () => {
    served = undefined;
    await expect(open()).rejects.toThrow(
      expect.objectContaining({
        name: 'DownloadError',
        message: `${server.url}: the server says 404 Not Found`,
        status: 404,
      }),
    );
    const nowhere = async () => {
      throw new TypeError('fetch failed', { cause: new Error('ECONNREFUSED') });
    };
    await expect(open({}, { fetch: nowhere })).rejects.toThrow(
      `${server.url}: there is no answer: fetch failed (ECONNREFUSED)`,
    );
    expect(await kept()).toEqual([]);
  });

  it('is downloaded by each of several concurrent calls, without interference', async () => {
    served = { bytes, etag: '"1"', cut: 30_000 };
    const made = await Promise.all([open(), open(), open()]);
    for (const { files } of made) expect(await allBytes(files[0]!)).toEqual(Buffer.from(bytes));
    expect(await kept()).toEqual(['corpus.txt']);
  });

  it('is downloaded by two processes at once, and the part of a killed process is taken over', async () => {
    const program = (stop: boolean) => `
      import { corpus } from ${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)};
      const onProgress = ({ bytes }) => ${stop ? "bytes > 0 && process.kill(process.pid, 'SIGKILL')" : '{}'};
      const made = await corpus(${JSON.stringify(described())}, { cache: ${JSON.stringify(folder)}, onProgress });
      let size = 0;
      for await (const { length } of made.files[0].open(0)) size += length;
      console.log(size);`;
    const run = async (stop: boolean) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program(stop)]);
      let output = '';
      child.stdout.on('data', (data) => {
        output += data;
      });
      child.stderr.on('data', (data) => {
        output += data;
      });
      await once(child, 'close');
      return output.trim();
    };
    await run(true);
    expect((await kept()).sort()).toEqual(['bytes', 'validator']);
    expect(await Promise.all([run(false), run(false)])).toEqual([`${bytes.length}`, `${bytes.length}`]);
    expect(server.ranges.filter((range) => range !== undefined)).toHaveLength(1);
    expect(await kept()).toEqual(['corpus.txt']);
    expect(await readFile(join(folder, 'lines', sum(bytes).slice(0, 16), 'corpus.txt'))).toEqual(
      Buffer.from(bytes),
    );
  });

  it('is cached where the environment says', async () => {
    const places: [string, string][] = [
      ['XDG_CACHE_HOME', join(folder, 'unroll')],
      ['UNROLL_CACHE', folder],
    ];
    try {
      for (const [name, place] of places) {
        vi.stubEnv(name, folder);
        const [file] = (await corpus(described())).files;
        expect(file?.name).toBe(join(place, 'lines', sum(bytes).slice(0, 16), 'corpus.txt'));
      }
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('has names that stay in its folder and occur only once', async () => {
    const refuse = (description: object, message: string) =>
      expect(
        corpus({ ...described(), ...description } as CorpusDescription, { cache: folder }),
      ).rejects.toThrow(message);
    const [file] = described().files;
    await refuse({ name: '../x' }, "corpus: name is '../x'; expected a name without /");
    await refuse({ files: [{ ...file, name: '..' }] }, "corpus: files[0]: name is '..'");
    await refuse({ files: [{ ...file, url: 'https://example.org/..%2f..%2fx' }] }, "name is '../../x'");
    await refuse({ files: [{ ...file, url: 'https://example.org/' }] }, "name is ''");
    const [made] = (await open({ url: server.url.replace('corpus', '100%') })).files;
    expect(made?.name).toMatch(/100%\.txt$/);
    await refuse({ files: [file, file] }, "corpus: files hold 'corpus.txt' twice");
    await refuse({ files: [{ ...file, sha256: '12' }] }, "sha256 is '12'; expected 64 hexadecimal digits");
    await refuse({ licence: undefined }, 'corpus: licence is undefined');
  });
});
