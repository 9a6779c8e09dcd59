import { checkOptions, kind } from '@unroll/backend/checks';
import { progressIn } from '#terminal';
import type { FigureWords } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import type { LineStream } from './terminal.ts';

export interface ProgressOptions {
  /** The output. Default `process.stderr`, so that the program's own output can be piped; in a page the console */
  stream?: LineStream | undefined;
  /**
   * The figures of a validation to show, with formatters:
   * `{ accuracy: (value) => `${(100 * value).toFixed(1)} % right` }`. Default: all, under their names, with four digits
   */
  figures?: FigureWords | undefined;
  /** The unit of the batches' weights, for the throughput: `names`, `tokens`. Default: steps are counted. */
  unit?: string | undefined;
  /** In a pipe: after this many seconds without a line a step is shown. Default 30 */
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
 * Shows a run. In a terminal it is one line with the loss, the last validation's figures and the throughput, and with a
 * bar and the time left when the run's end is known. In a pipe, a file or a page's console it is a line per epoch, with
 * the percentage done when the epochs and steps do not tell it. Skipped batches, damaged checkpoints, and how to resume
 * after Ctrl-C have lines of their own. Without this reporter a run shows nothing.
 */
export function progress(options: ProgressOptions = {}): Reporter {
  const { stream, figures, unit, quietSeconds = 30 } = checkOptions('progress', options, kinds);
  return progressIn(stream, { figures, unit, quietSeconds });
}
