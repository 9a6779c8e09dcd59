import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beforeAll, expect, it } from 'vitest';
import { type Bundle, bundleWithVite } from './bundle.ts';
import { launchChromium, provideChromium } from './chromium.ts';
import type { DataReport } from './programs/data-page.ts';
import { serve } from './serve.ts';

const chromium = provideChromium();
const LINES = 20_000;
const CUT = 100_000;
const bytes = Buffer.from(Array.from({ length: LINES }, (_, i) => `line ${i}\n`).join(''));

let bundle: Bundle;
const ranges: (string | undefined)[] = [];

beforeAll(async () => {
  bundle = await bundleWithVite('data-page');
});

let brokenOff: ServerResponse | undefined;

/** Serves the corpus. Its first response breaks off once the page reports what it has received. */
function answered({ url = '/', headers }: IncomingMessage, response: ServerResponse): boolean {
  if (url.startsWith('/has-come')) {
    response.end();
    brokenOff?.destroy();
    return true;
  }
  if (!url.startsWith('/corpus.txt')) return false;
  const first = ranges.push(headers.range) === 1;
  const [, start = '0'] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const part = bytes.subarray(Number(start));
  response.writeHead(start === '0' ? 200 : 206, {
    ETag: '"1"',
    'Cache-Control': 'no-store',
    'Content-Length': part.length,
    ...(start !== '0' && { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (first) {
    brokenOff = response;
    response.write(part.subarray(0, CUT));
  } else {
    response.end(part);
  }
  return true;
}

it('a page bundles no Node files of @unroll/data', () => {
  const nodes = bundle.modules.filter((module) => /data\/dist\/.*\.node\.js$|csv-parse\/lib\//.test(module));
  expect(nodes).toEqual([]);
});

it.skipIf(!chromium)(
  'a page downloads a corpus once, resumes an interrupted download, and stores it in its private file system',
  async () => {
    const browser = await launchChromium(chromium!);
    const { url, server } = await serve(bundle.directory, false, answered);
    try {
      const page = await browser.newPage();
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      await page.goto(`${url}?sha256=${sha256}&cut=${CUT}`);
      await page.waitForFunction('globalThis.report !== undefined');
      const report = (await page.evaluate('globalThis.report')) as DataReport;
      expect(report).toEqual({
        brokeOff: 'DownloadError',
        lines: [LINES, LINES],
        kept: LINES,
        wrong: ['ChecksumError', 'ChecksumError'],
        rows: [
          { a: '1\n2', b: 'x"é' },
          { a: '3', b: '4' },
        ],
        unpacked: ['a', 'b'],
      });
      expect(ranges).toEqual([undefined, `bytes=${CUT}-`, undefined, undefined]);
    } finally {
      await browser.close();
      server.close();
    }
  },
);
