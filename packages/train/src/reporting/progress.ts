import { checkOptions, kind } from '@unroll/backend/checks';
import { progressIn } from '#terminal';
import type { FigureWords } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import type { LineStream } from './terminal.ts';

export interface ProgressOptions {
  /** Where to. Default `process.stderr`, so that a program's own output can be piped on; the console in a page */
  stream?: LineStream | undefined;
  /**
   * The figures of a validation that are shown, and how: `{ accuracy: (value) => `${(100 * value).toFixed(1)} % right` }`. Default all,
   * by their names, with four digits
   */
  figures?: FigureWords | undefined;
  /** What the batches' weights count, for the throughput: `names`, `tokens`. Default: steps are counted. */
  unit?: string | undefined;
  /** In a pipe, after how many seconds without a line a step is shown. Default 30 */
  quietSeconds?: number | undefined;
}

const functions: kind.Kind = {
  expected: 'an object of functions',
  fits: (value) => kind.record.fits(value) && Object.values(value as object).every(kind.func.fits),
};

const kinds = {
  stream: {
    expected: 'a stream',
    fits: (value: unknown) => typeof (value as LineStream | null)?.write === 'function',
  },
  figures: functions,
  unit: kind.text,
  quietSeconds: kind.atLeast(0),
};

/**
 * Shows a run: in a terminal by a line with the loss, the last validation's figures, the throughput and, where it is known how much of the
 * run is done, a bar and the time left; in a pipe or file by a line an epoch, as on a page's console, with the percentage that is done where
 * the epochs and steps do not say it. Batches that are left out, damaged checkpoints, and how to go on after Ctrl-C have lines of their
 * own. Whoever wants silence leaves it away.
 */
export function progress(options: ProgressOptions = {}): Reporter {
  const { stream, figures, unit, quietSeconds = 30 } = checkOptions('progress', options, kinds);
  return progressIn(stream, { figures, unit, quietSeconds });
}
