import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Consumer } from './consumer.ts';

let scratch: string;
let consumer: Consumer;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'consumer-'));
  const folder = join(scratch, 'folder');
  consumer = new Consumer({ folder, installer: 'npm', registry: 'http://127.0.0.1/', scratch });
});
afterEach(() => rmSync(scratch, { recursive: true }));

/** A compiler with a given output. */
const compiler = (output: string, code: number) => ({
  name: 'TypeScript',
  version: '',
  start: [
    process.execPath,
    '--eval',
    `process.stdout.write(${JSON.stringify(output)}); process.exitCode = ${code};`,
    '--',
  ] as const,
});

describe('messages of a compiler', () => {
  it.each([
    ['the project', 'program.ts(1,1): error TS1: One.\n  More of it.\n'],
    ['its settings', 'error TS5023: Unknown option.\n'],
    ['our package, installed by npm', 'node_modules/@our/one/dist/index.d.ts(1,1): error TS1: One.\n'],
    [
      'our package, installed by pnpm',
      'node_modules/.pnpm/@our+one@1.0.0_other@1.0.0/node_modules/@our/one/index.d.ts(1,1): error TS1: One.\n',
    ],
  ])('are reported when they are about %s', async (_, output) => {
    expect(await consumer.typeErrors(compiler(output, 2), ['@our/one'])).toEqual([output]);
  });

  it.each([
    ['by npm', 'node_modules/other/index.d.ts(1,1): error TS1: One.\n'],
    ['within ours', 'node_modules/@our/one/node_modules/other/index.d.ts(1,1): error TS1: One.\n'],
    [
      'by pnpm',
      'node_modules/.pnpm/@our+one@1.0.0/node_modules/@other/one/index.d.ts(1,1): error TS1: One.\n',
    ],
  ])("are left out when they are about others' packages: %s", async (_, output) => {
    expect(await consumer.typeErrors(compiler(output, 2), ['@our/one'])).toEqual([]);
  });

  it('cause an error when the compiler crashes', async () => {
    await expect(consumer.typeErrors(compiler('', 137), [])).rejects.toThrow(
      'TypeScript ended with 137 and no complaint',
    );
  });
});
