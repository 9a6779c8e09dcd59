import { expect, it } from 'vitest';
import type { PartialFile } from './corpus-store.ts';
import { download } from './download.ts';

const address = 'https://example.org/a.txt';
const text = 'abcdefghijklmnopqrstuvwxyz';
const bytes = new TextEncoder().encode(text);

class PartInMemory implements Pick<PartialFile, 'size' | 'validator' | 'restart' | 'append'> {
  text = '';
  validator: string | undefined;

  get size(): number {
    return this.text.length;
  }

  async restart(validator: string | undefined): Promise<void> {
    this.text = '';
    this.validator = validator;
  }

  async append(chunk: Uint8Array): Promise<void> {
    this.text += new TextDecoder().decode(chunk);
  }
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** The bytes of the file that the response contains */
  from?: number;
  to?: number;
  /** Whether the connection breaks off after them */
  breaks?: boolean;
}

const ranged = (from: number, to: number, size: number | string = text.length): Answer => ({
  status: 206,
  headers: {
    'Content-Range': `bytes ${from}-${to - 1}/${size}`,
    'Content-Length': `${to - from}`,
    ETag: '"1"',
  },
  from,
  to,
});

/** Downloads from a server with these responses. Returns the received bytes and the requested ranges. */
async function from(answers: Answer[], size?: number, left = '') {
  const part = Object.assign(new PartInMemory(), left && { text: left, validator: '"1"' });
  const ranges: (string | null)[] = [];
  const progress: (number | undefined)[] = [];
  const request: typeof fetch = async (_url, options) => {
    ranges.push(new Headers(options?.headers).get('Range'));
    const { status = 200, headers = {}, from = 0, to, breaks = false } = answers.shift() ?? { status: 500 };
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(bytes.slice(from, to)),
      pull: (controller) => (breaks ? controller.error(new TypeError('terminated')) : controller.close()),
    });
    return new Response(status === 416 ? null : body, { status, headers });
  };
  const unused = () => Promise.reject(new Error('a download only restarts and appends'));
  const whole: PartialFile = Object.assign(part, {
    source: unused,
    keep: unused,
    release: unused,
    remove: unused,
  });
  const onBytes = (_bytes: number, total: number | undefined) => void progress.push(total);
  await download(address, whole, { fetch: request, size, onBytes });
  return { text: part.text, ranges, sizes: [...new Set(progress)], validator: part.validator };
}

it('a download continues when a server sends shorter parts than requested', async () => {
  const came = await from([ranged(5, 10), ranged(10, 20), ranged(20, 26)], undefined, 'abcde');
  expect(came.text).toBe(text);
  expect(came.ranges).toEqual(['bytes=5-', 'bytes=10-', 'bytes=20-']);
  expect(came.sizes).toEqual([26]);
});

it('a download continues with a part of a file whose size the server does not know', async () => {
  const came = await from([ranged(5, 26, '*')], undefined, 'abcde');
  expect([came.text, came.sizes]).toEqual([text, [26]]);
});

it('a download starts again when the server sends another part than requested', async () => {
  const came = await from([ranged(6, 10), {}], undefined, 'abcde');
  expect([came.text, came.ranges]).toEqual([text, ['bytes=5-', null]]);
});

it('a download ignores the size, and does not resume, when the server compresses the response', async () => {
  const headers = { 'Content-Encoding': 'gzip', 'Content-Length': '40', ETag: '"1"' };
  const came = await from([{ headers }]);
  expect(came).toEqual({ text, ranges: [null], sizes: [undefined], validator: undefined });
  const twice = await from([{ headers, to: 9, breaks: true }, { headers }]);
  expect([twice.text, twice.ranges]).toEqual([text, [null, null]]);
  const part = ranged(5, 26);
  const packedPart = { ...part, headers: { ...part.headers, 'Content-Encoding': 'gzip' } };
  const anew = await from([packedPart, {}], undefined, 'abcde');
  expect([anew.text, anew.ranges]).toEqual([text, ['bytes=5-', null]]);
});

it('a download of a file that is too short reports its length', async () => {
  const fault = { name: 'FormatError', message: `${address}: it has 26 bytes; expected 30` };
  const range = { 'Content-Range': 'bytes */26' };
  const cases: Answer[][] = [
    [{ headers: { 'Content-Length': '26' } }],
    [{ headers: { 'Content-Encoding': 'br', 'Content-Length': '7' } }],
    [{ headers: { ETag: '"1"' } }, { status: 416, headers: range }],
  ];
  for (const answers of cases) await expect(from(answers, 30)).rejects.toMatchObject(fault);
  await expect(from([{ headers: { 'Content-Length': '30' } }, {}], 30)).rejects.toMatchObject({
    name: 'DownloadError',
    message: `${address}: the download broke off after 26 of 30 bytes`,
  });
});
