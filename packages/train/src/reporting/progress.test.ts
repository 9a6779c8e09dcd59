import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { TrainingEvent } from '../events.ts';
import { progress } from './progress.ts';

const step = (step: number, loss: number, epoch = 0, fraction?: number): TrainingEvent => ({
  type: 'step',
  epoch,
  step,
  ...(fraction !== undefined && { fraction }),
  batch: 0,
  loss,
  weight: 32,
  lr: 0.1,
  gradNorm: 1,
  seconds: 0.01,
});

const run: readonly TrainingEvent[] = [
  { type: 'start', epoch: 0, step: 0, fraction: 0, epochs: 2, stepsPerEpoch: 2 },
  step(1, 0.75, 0, 0.25),
  { type: 'skip', epoch: 0, step: 1, fraction: 0.25, batch: 1, reason: 'the loss is NaN' },
  step(2, 0.5, 0, 0.5),
  { type: 'epoch', epoch: 0, step: 2, fraction: 0.5, loss: 0.625, seconds: 0.02 },
  {
    type: 'validation',
    epoch: 1,
    step: 2,
    fraction: 0.5,
    values: { loss: 0.61234, accuracy: 0.5 },
    monitored: 'loss',
    mode: 'min',
    best: true,
    seconds: 0.01,
  },
  { type: 'checkpoint', epoch: 1, step: 2, fraction: 0.5, name: 'step-00000002', location: 'runs/x' },
  step(3, 0.4, 1, 0.75),
  { type: 'epoch', epoch: 1, step: 3, fraction: 1, loss: 0.4, seconds: 0.02 },
];

const interrupted: TrainingEvent = {
  type: 'end',
  epoch: 1,
  step: 3,
  fraction: 1,
  reason: 'interrupted',
  message: 'interrupted by SIGINT',
  checkpoint: { name: 'step-00000003', location: 'runs/x' },
};

/** The output to a stream that is a terminal or not. */
async function shown(
  events: readonly TrainingEvent[],
  options: Parameters<typeof progress>[0] = {},
  isTTY = false,
): Promise<string> {
  let text = '';
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120 });
  stream.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const reporter = progress({ stream, ...options });
  for (const event of events) await reporter.report(event);
  await reporter.close?.();
  return text;
}

describe('progress in a pipe', () => {
  it('is a line for each epoch with its validation, and a line for each unusual event', async () => {
    expect(await shown([...run, interrupted])).toBe(
      [
        '  left out batch 2 of epoch 1: the loss is NaN',
        '  epoch 1/2  loss 0.625  held-out loss 0.6123  accuracy 0.5',
        '  epoch 2/2  loss 0.4',
        '  interrupted by SIGINT after step 3; saved as step-00000003 in runs/x. Run the same again to go on.',
        '',
      ].join('\n'),
    );
  });

  it('says when nothing is left to do', async () => {
    const start: TrainingEvent = {
      type: 'start',
      epoch: 2,
      step: 3,
      epochs: 2,
      resumedFrom: 'step-00000003',
    };
    const end: TrainingEvent = {
      type: 'end',
      epoch: 2,
      step: 3,
      reason: 'epochs',
      message: '2 epochs are over',
    };
    expect(await shown([start, end])).toBe(
      '  resumed from step-00000003\n  nothing is left to do: 2 epochs are over\n',
    );
  });

  it('shows the given figures with their formatters', async () => {
    const figures = { accuracy: (value: number) => `${100 * value} % right` };
    expect(await shown(run, { figures })).toContain('epoch 1/2  loss 0.625  50 % right\n');
  });

  it('says from where a run continues, and when nothing is saved', async () => {
    const { checkpoint: _, ...unsaved } = interrupted as Extract<TrainingEvent, { type: 'end' }>;
    const text = await shown([
      { type: 'start', epoch: 1, step: 7, steps: 9, resumedFrom: 'step-00000007' },
      { type: 'warning', epoch: 1, step: 7, message: 'step-00000008 is damaged' },
      unsaved,
    ]);
    expect(text).toBe(
      '  resumed from step-00000007\n' +
        '  warning: step-00000008 is damaged\n' +
        '  interrupted by SIGINT after step 3. Nothing is saved: the run keeps no checkpoints that last.\n',
    );
  });

  it('has a line for a step after a while without lines, and for validations within an epoch', async () => {
    const validation: TrainingEvent = { ...run[5]!, fraction: 0.4 };
    const start: TrainingEvent = { type: 'start', epoch: 0, step: 0, steps: 5 };
    const text = await shown([start, step(1, 0.5, 0, 0.2), validation], { quietSeconds: 0, unit: 'words' });
    expect(text).toBe(
      '  step 1/5  loss 0.5  3200 words/s\n  step 2/5  loss 0.5  held-out loss 0.6123  accuracy 0.5\n',
    );
  });

  it('says how much of the run is done when the steps or epochs do not', async () => {
    const start: TrainingEvent = { type: 'start', epoch: 0, step: 0, fraction: 0 };
    const epoch: TrainingEvent = {
      ...(run[4] as Extract<TrainingEvent, { type: 'epoch' }>),
      fraction: 0.999,
    };
    const events = [start, step(812, 0.52, 0, 0.41), { ...run[5]!, fraction: 0.5 }, epoch];
    expect(await shown(events, { quietSeconds: 0 })).toBe(
      '  step 812 (41 %)  loss 0.52  100 steps/s\n' +
        '  step 2 (50 %)  loss 0.52  held-out loss 0.6123  accuracy 0.5\n' +
        '  epoch 1 (99 %)  loss 0.625\n',
    );
    // A time budget may be nearer to its end than the greatest number of epochs.
    expect(
      await shown([
        { ...start, epochs: 1000 },
        { ...epoch, fraction: 1 },
      ]),
    ).toBe('  epoch 1/1000 (100 %)  loss 0.625\n');
  });
});

describe('progress in a terminal', () => {
  it('is a bar with loss, figures, throughput and time left, and notes above it', async () => {
    const text = await shown([...run, interrupted], {}, true);
    const last = text.split('\n').findLast((line) => line.includes('epoch'))!;
    expect(last).toContain('100 steps/s  epoch 2/2  loss 0.4  held-out loss 0.6123  accuracy 0.5');
    expect(last).toMatch(/\d+s left/);
    expect(text).toContain('left out batch 2 of epoch 1: the loss is NaN\n');
    expect(text.trimEnd().endsWith('Run the same again to go on.')).toBe(true);
  });

  it('has a bar for a run that is limited by time alone, and the bar is full when the time is over', async () => {
    const start: TrainingEvent = { type: 'start', epoch: 0, step: 0, fraction: 0 };
    const validation: TrainingEvent = { ...run[5]!, fraction: 1 };
    const end: TrainingEvent = {
      type: 'end',
      epoch: 0,
      step: 2,
      fraction: 1,
      reason: 'stopping',
      message: 'the time is used up',
    };
    const events = [start, step(1, 0.75, 0, 0.5), step(2, 0.5, 0, 0.9), validation];
    const last = async (all: readonly TrainingEvent[]) =>
      (await shown(all, {}, true)).split('\u001b[1G').at(-1)!;
    expect(await last(events.slice(0, 3))).toMatch(
      / ={22}-- \d+s left {2}100 steps\/s {2}epoch 1 {2}loss 0\.5/,
    );
    expect(await last(events)).toMatch(/ ={24} 0s left/);
    expect(await last([...events.slice(0, 3), end])).toMatch(
      / ={24} 0s left.*\n {2}ended after step 2: the time is used up\n$/s,
    );
  });

  it('begins the bar at the resumed position, or once the end becomes known', async () => {
    const start: TrainingEvent = { type: 'start', epoch: 0, step: 6, fraction: 0.5, resumedFrom: 'step-6' };
    expect(await shown([start], {}, true)).toContain(`  ${'='.repeat(12)}${'-'.repeat(12)} ? left`);
    const unknown: TrainingEvent = { type: 'start', epoch: 0, step: 0 };
    const text = await shown([unknown, step(1, 0.75), step(2, 0.5, 0, 0.25)], {}, true);
    expect(text).toContain('step 1  100 steps/s  epoch 1  loss');
    expect(text).toContain(`  ${'='.repeat(6)}${'-'.repeat(18)} `);
  });

  it('is a line without a bar when the end is unknown', async () => {
    const start: TrainingEvent = { type: 'start', epoch: 0, step: 0, epochs: 3 };
    const text = await shown([start, step(1, 0.75)], {}, true);
    expect(text).toContain('step 1  100 steps/s  epoch 1/3  loss 0.75');
  });
});

it('options of progress are checked', () => {
  expect(() => progress({ stream: 'out' as never })).toThrow("progress: stream is 'out'; expected a stream");
});
