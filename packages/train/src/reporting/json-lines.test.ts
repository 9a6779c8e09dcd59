import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { sampleEvents } from '../../test/sample-events.ts';
import { jsonLines } from './json-lines.ts';

let path: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'json-lines-'));
  path = join(folder, 'runs', 'log.jsonl');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

const linesOf = (text: string): Record<string, unknown>[] => {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
};

async function writeAll(): Promise<void> {
  const reporter = jsonLines(path);
  for (const event of sampleEvents) await reporter.report(event);
  await reporter.close?.();
}

describe('jsonLines', () => {
  it('writes one object per line with the time and the event, with NaN and infinities as strings', async () => {
    const lines: string[] = [];
    const reporter = jsonLines((line) => void lines.push(line));
    for (const event of sampleEvents) await reporter.report(event);
    expect(lines).toHaveLength(sampleEvents.length);
    const events = linesOf(lines.join(''));
    events.forEach(({ time, ...event }, i) => {
      expect(new Date(String(time)).toISOString()).toBe(time);
      if (event.type !== 'validation') expect(event).toEqual(sampleEvents[i]);
    });
    expect(events[4]!.values).toEqual({ loss: 'NaN', bleu: 12.5, ratio: '-Infinity' });
  });

  it('has written each line to the file before the run continues', async () => {
    const reporter = jsonLines(path);
    for (const [i, event] of sampleEvents.entries()) {
      await reporter.report(event);
      expect(linesOf(readFileSync(path, 'utf8'))).toHaveLength(i + 1);
    }
    await reporter.close?.();
  });

  it('appends to the lines of an earlier run', async () => {
    await writeAll();
    const first = readFileSync(path, 'utf8');
    await writeAll();
    const both = readFileSync(path, 'utf8');
    expect(both.startsWith(first)).toBe(true);
    expect(linesOf(both)).toHaveLength(2 * sampleEvents.length);
  });

  it.each([1, 100_000])(
    'removes an incomplete line of %i bytes that a power cut left, and no more',
    async (bytes) => {
      await writeAll();
      const whole = readFileSync(path, 'utf8');
      appendFileSync(path, '{'.repeat(bytes));
      await writeAll();
      expect(readFileSync(path, 'utf8').startsWith(`${whole}{"time"`)).toBe(true);
      writeFileSync(path, '{'.repeat(bytes));
      await writeAll();
      expect(linesOf(readFileSync(path, 'utf8'))).toHaveLength(sampleEvents.length);
    },
  );

  it('keeps a last line that is complete but for its line break', async () => {
    await writeAll();
    appendFileSync(path, '{"note":"grün"}');
    const before = readFileSync(path, 'utf8');
    await writeAll();
    const after = readFileSync(path, 'utf8');
    expect(after.startsWith(`${before}\n{"time"`)).toBe(true);
    expect(linesOf(after)).toHaveLength(2 * sampleEvents.length + 1);
  });

  it('throws for a file of another kind, and leaves it unchanged', async () => {
    await jsonLines(path).report(sampleEvents[0]!);
    writeFileSync(path, 'a poem');
    await expect(writeAll()).rejects.toThrow(
      `jsonLines: ${path} has no line of JSON; expected a file of JSON lines, or none`,
    );
    expect(readFileSync(path, 'utf8')).toBe('a poem');
  });

  it('writes concurrent events in order', async () => {
    await writeAll();
    appendFileSync(path, '{"half');
    const reporter = jsonLines(path);
    await Promise.all(sampleEvents.map((event) => reporter.report(event)));
    await reporter.close?.();
    const types = linesOf(readFileSync(path, 'utf8')).map(({ type }) => type);
    expect(types).toEqual([...sampleEvents, ...sampleEvents].map(({ type }) => type));
  });

  it.each([
    ['in a file', 'file/log.jsonl', 'a file stands where its folder has to be'],
    ['in a file’s folder', 'file/runs/log.jsonl', 'a file stands where its folder has to be'],
    ['of a folder', '.', 'a folder stands there'],
  ])('names the obstacle to a path %s', async (_, end, obstacle) => {
    await writeAll();
    const folder = dirname(path);
    writeFileSync(join(folder, 'file'), '');
    const target = join(folder, end);
    await expect(jsonLines(target).report(sampleEvents[0]!)).rejects.toMatchObject({
      message: `jsonLines: ${target} cannot be opened: ${obstacle}`,
      cause: { code: expect.any(String) },
    });
  });

  it('can be closed before the first event, and throws when it cannot write to the path', async () => {
    await jsonLines(path).close?.();
    expect(() => jsonLines('')).toThrow(
      "jsonLines: target is ''; expected a string that is not empty or a function",
    );
  });
});
