import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomModels, randomScorer } from '../../test/random-tables.ts';
import type { TableScorer } from '../../test/table-scorer.ts';
import { beamSearch } from './beam.ts';
import { greedySearch } from './greedy.ts';
import { sampleSearch } from './sampling.ts';
import type { SearchOptions } from './search-options.ts';
import { streamTokens } from './stream.ts';

const least = { startToken: 0, endToken: 1, minLength: 4, maxLength: 6 };

async function drained(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

const searches: Readonly<Record<string, (scorer: TableScorer, options: SearchOptions) => Promise<unknown>>> =
  {
    greedySearch,
    beamSearch: (scorer, options) => beamSearch(scorer, { ...options, beamSize: 3 }),
    sampleSearch: (scorer, options) => sampleSearch(scorer, { ...options, samples: 2 }),
    streamTokens: (scorer, options) =>
      drained(streamTokens(scorer, { ...options, method: 'beam', beamSize: 2 })),
  };
const model = {
  vocabularySize: 6,
  hasTies: false,
  sources: [1, 2, 3].map((seed) => ({ steps: seed, seed })),
};

describe.each(Object.entries(searches))('%s', (_, search) => {
  it('does not begin when the signal has already aborted', async () => {
    const scorer = randomScorer(model);
    const signal = AbortSignal.abort(new Error('no longer wanted'));
    await expect(search(scorer, { ...least, signal })).rejects.toThrow('no longer wanted');
    expect(scorer).toMatchObject({ steps: 0, unreleased: 0 });
  });

  it('rejects with the signal’s reason after the step in which the signal aborts, and frees all tensors', async () => {
    const controller = new AbortController();
    const reason = new Error('no longer wanted');
    const scorer = randomScorer(model, {
      during: async (step) => {
        await Promise.resolve();
        if (step === 2) controller.abort(reason);
        await Promise.resolve();
      },
    });
    const rejected = search(scorer, { ...least, signal: controller.signal }).catch((error: unknown) => error);
    expect(await rejected).toBe(reason);
    expect(scorer).toMatchObject({ steps: 2, unreleased: 0 });
  });

  it('rejects when the signal aborts in the last step', async () => {
    const whole = randomScorer(model);
    await search(whole, least);
    const controller = new AbortController();
    const scorer = randomScorer(model, {
      during: (step) => {
        if (step === whole.steps) controller.abort(new Error('no longer wanted'));
      },
    });
    await expect(search(scorer, { ...least, signal: controller.signal })).rejects.toThrow('no longer wanted');
    expect(scorer.unreleased).toBe(0);
  });

  it('frees all tensors when the scorer throws', async () => {
    for (const failing of [1, 2, 4]) {
      const scorer = randomScorer(model, {
        during: (step) => {
          if (step === failing) throw new Error('the device is lost');
        },
      });
      await expect(search(scorer, least)).rejects.toThrow('the device is lost');
      expect(scorer).toMatchObject({ steps: failing, unreleased: 0 });
    }
  });

  it('ignores a signal that aborts after the end', async () => {
    const controller = new AbortController();
    const scorer = randomScorer(model);
    await search(scorer, { ...least, signal: controller.signal });
    controller.abort();
    expect(scorer.unreleased).toBe(0);
  });
});

describe('streamTokens', () => {
  it('gives no token of the step in which the signal aborts', async () => {
    const controller = new AbortController();
    const scorer = randomScorer(model, { during: (step) => step === 2 && controller.abort() });
    const positions: number[] = [];
    const stream = streamTokens(scorer, { ...least, signal: controller.signal });
    const read = async () => {
      for await (const { position } of stream) positions.push(position);
    };
    await expect(read()).rejects.toThrow('aborted');
    expect(positions).toEqual([0, 0, 0]);
  });

  it('rejects where the signal aborts between two tokens', async () => {
    const controller = new AbortController();
    const scorer = randomScorer(model);
    const stream = streamTokens(scorer, { ...least, signal: controller.signal });
    await stream.next();
    controller.abort(new Error('no longer wanted'));
    await expect(drained(stream)).rejects.toThrow('no longer wanted');
    expect(scorer).toMatchObject({ steps: 1, unreleased: 0 });
  });
});

describe('1,000 searches', () => {
  it('leave no tensors, whether they end, fail, are cancelled or are abandoned', async () => {
    const ways = fc.record({
      search: fc.constantFrom(...Object.keys(searches)),
      end: fc.constantFrom('by itself', 'cancelled', 'failing', 'left'),
      at: fc.integer({ min: 1, max: 5 }),
    });
    const property = fc.asyncProperty(randomModels(), ways, async (randomModel, { search, end, at }) => {
      const controller = new AbortController();
      const scorer = randomScorer(randomModel, {
        during: (step) => {
          if (step !== at) return;
          if (end === 'cancelled') controller.abort();
          if (end === 'failing') throw new Error('the device is lost');
        },
      });
      const options = { startToken: 0, endToken: 1, maxLength: 6, signal: controller.signal };
      if (end === 'left') {
        for await (const { position } of streamTokens(scorer, options)) if (position === at) break;
      } else {
        await searches[search]!(scorer, options).catch(() => {});
      }
      expect(scorer.unreleased).toBe(0);
      // A hypothesis of 6 tokens takes 7 steps with its end token.
      const most = end === 'cancelled' || end === 'failing' ? at : 7;
      expect(scorer.steps).toBeLessThanOrEqual(most);
    });
    await fc.assert(property, { numRuns: 1000 });
  });
});
