import { expect, it } from 'vitest';
import { readEventFile } from '../../../test/read-event-file.ts';
import { sampleEvents } from '../../../test/sample-events.ts';
import { tensorBoard } from './tensor-board.ts';
import { TensorBoardWriter } from './tensor-board-writer.ts';

/** What the reporter writes for a run's events, without the file version. */
async function written(options = {}) {
  const chunks: Uint8Array[] = [];
  const reporter = tensorBoard((bytes) => void chunks.push(bytes), options);
  for (const event of sampleEvents) await reporter.report(event);
  const unclosed = chunks.length;
  await reporter.close?.();
  expect(chunks).toHaveLength(unclosed);
  return readEventFile(Uint8Array.from(chunks.flatMap((chunk) => [...chunk]))).slice(1);
}

it('draws losses, rates, norms, throughput and validations under their tags, and logs the other events', async () => {
  const [resumed, , ...events] = await written();
  expect(resumed).toMatchObject({ step: '5', session_log: { status: 'START' } });
  expect(events.every(({ step }) => step === '5')).toBe(true);
  const values = events.flatMap(({ summary }) => summary!.value);
  expect(
    values.map(({ tag, simple_value, tensor }) => [tag, simple_value ?? text(tensor!.string_val![0]!)]),
  ).toEqual([
    ['loss/train', 2.5],
    ['lr', 0.125],
    ['gradNorm', 1.5],
    ['throughput/steps', 2],
    ['throughput/weight', 60],
    ['log', 'batch 5 was skipped: the loss is NaN'],
    ['loss/epoch', 3.5],
    ['validation/loss', 'NaN'],
    ['validation/bleu', 12.5],
    ['validation/ratio', '-Infinity'],
    ['log', 'step-3 is damaged'],
    ['log', '1 epoch'],
  ]);
});

it('draws every nth update when asked to', async () => {
  const tags = (await written({ every: 2 })).flatMap(
    ({ summary }) => summary?.value.map(({ tag }) => tag) ?? [],
  );
  expect(tags).not.toContain('loss/train');
  expect(tags).toContain('loss/epoch');
});

it('adds to a writer of the program, and throws for anything else', async () => {
  const chunks: Uint8Array[] = [];
  const writer = new TensorBoardWriter((bytes) => void chunks.push(bytes));
  writer.addText('sample', 'Once', 1);
  const reporter = tensorBoard(writer);
  await reporter.report(sampleEvents[3]!);
  await reporter.close?.();
  expect(readEventFile(chunks[0]!)).toHaveLength(3);
  expect(() => tensorBoard(7 as never)).toThrow('tensorBoard: target is 7; expected a folder');
  expect(() => tensorBoard('runs', { every: 0 })).toThrow('tensorBoard: every is 0');
});

const text = (base64: string): string => Buffer.from(base64, 'base64').toString();
