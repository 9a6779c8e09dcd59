import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCheckpoint } from '../../test/sample-checkpoint.ts';
import { bestFirst, checkpointNames, inMemory, removeUnkept, unkept, writeCheckpoint } from '../index.ts';

const runOf = (...losses: (number | undefined)[]) =>
  losses.map((loss, i) => ({
    name: `${i + 1}`,
    step: i + 1,
    metrics: loss === undefined ? {} : { loss, bleu: -loss },
  }));

describe('among a run’s checkpoints', () => {
  it.each<[string, Parameters<typeof unkept>[1], string[]]>([
    ['the three newest stay where nothing is said, as in a Trainer’s run', {}, ['1', '2']],
    ['the newest alone stays where that is asked for', { last: 1 }, ['1', '2', '3', '4']],
    ['as many of the newest stay as are asked for', { last: 4 }, ['1']],
    ['the best stay, too', { last: 1, best: 2 }, ['1', '3']],
    [
      'the best are those of the greatest figure, where that is asked for',
      { last: 1, best: 1, metric: 'bleu', mode: 'max' },
      ['1', '3', '4'],
    ],
    ['none is best by a figure that none has', { last: 1, best: 3, metric: 'f1' }, ['1', '2', '3', '4']],
    [
      'none is best by what every object has',
      { last: 1, best: 3, metric: 'constructor' },
      ['1', '2', '3', '4'],
    ],
    ['all stay where as many are asked for', { last: Number.POSITIVE_INFINITY }, []],
  ])('%s', (_, options, removed) => {
    expect(unkept(runOf(5, 1, 4, 2, undefined), options)).toEqual(removed);
  });

  it('the older of equal ones is the best, and one with NaN does not count', () => {
    expect(bestFirst(runOf(Number.NaN, 2, 1, 1, Number.NaN)).map(({ name }) => name)).toEqual([
      '3',
      '4',
      '2',
    ]);
  });

  it('the one just written stays, also when others have more steps', () => {
    expect(unkept(runOf(1, 1, 1), { last: 1 }, '1')).toEqual(['2']);
  });

  it('the newest and the best stay, as many as requested, whatever the figures', () => {
    const losses = fc.array(fc.option(fc.double(), { nil: undefined }), { maxLength: 20 });
    fc.assert(
      fc.property(losses, fc.nat(4), fc.nat(4), (values, more, best) => {
        const run = runOf(...values);
        const removed = new Set(unkept(run, { last: 1 + more, best }));
        const left = run.filter(({ name }) => !removed.has(name));
        expect(left.slice(-1 - more)).toEqual(run.slice(-1 - more));
        const finest = bestFirst(run).slice(0, best);
        for (const one of finest) expect(left).toContain(one);
        expect(left.length).toBeLessThanOrEqual(1 + more + finest.length);
      }),
    );
  });

  it('the others are removed, and damaged ones neither count nor are removed', async () => {
    const store = inMemory();
    for (const step of [1, 2, 3]) await writeCheckpoint(store, sampleCheckpoint(step));
    await store.write('step-00000004', new Map());
    await store.write('notes', new Map());
    expect(await removeUnkept(store, { last: 2 })).toEqual(['step-00000001']);
    expect(await checkpointNames(store)).toEqual(['step-00000002', 'step-00000003', 'step-00000004']);
  });

  it('invalid options throw', () => {
    expect(() => unkept([], { last: 0 })).toThrow(
      'unkept: last is 0; expected a whole number of at least 1, or Infinity',
    );
    expect(() => unkept([], { best: -1 })).toThrow('best is -1');
    expect(() => unkept([], { keep: 1 } as object)).toThrow("there is no option 'keep'");
  });
});
