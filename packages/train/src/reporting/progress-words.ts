import type { EndEvent, SkipEvent, StartEvent, WarningEvent } from '../events.ts';

/** The figures of a validation to show: a formatter for each name. */
export type FigureWords = Readonly<Record<string, (value: number) => string>>;

/** `0.4123`, `12.35`, `1.235e-7` */
export const fourDigits = (value: number): string => {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || value === 0) return String(value);
  return size >= 1e6 || size < 1e-3 ? value.toExponential(3) : String(Number(value.toPrecision(4)));
};

/** `850`, `12.3k`, `4.56M` */
export const perSecond = (rate: number): string => {
  const [divisor, suffix] = rate >= 1e6 ? [1e6, 'M'] : rate >= 1e4 ? [1e3, 'k'] : [1, ''];
  return `${Number((rate / divisor).toPrecision(3))}${suffix}`;
};

/** A validation's figures: those that have a formatter, or all. */
export function figuresText(
  values: Readonly<Record<string, number>>,
  words: FigureWords | undefined,
): string {
  if (!words) {
    return Object.entries(values)
      .map(([name, value]) => `${name === 'loss' ? 'held-out loss' : name} ${fourDigits(value)}`)
      .join('  ');
  }
  return Object.entries(words)
    .flatMap(([name, show]) => (Object.hasOwn(values, name) ? [show(values[name]!)] : []))
    .join('  ');
}

/**
 * The text of an event that always gets a line of its own; undefined when there is nothing to say.
 *
 * @param hasStepped whether the run made any step
 */
export function noteOf(
  event: StartEvent | SkipEvent | WarningEvent | EndEvent,
  hasStepped: boolean,
): string | undefined {
  switch (event.type) {
    case 'start':
      return event.resumedFrom && `resumed from ${event.resumedFrom}`;
    case 'skip':
      return `left out batch ${event.batch + 1} of epoch ${event.epoch + 1}: ${event.reason}`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'end':
      return endText(event, hasStepped);
  }
}

function endText({ reason, message, step, checkpoint }: EndEvent, hasStepped: boolean): string | undefined {
  if (reason === 'epochs' || reason === 'steps') {
    return hasStepped ? undefined : `nothing is left to do: ${message}`;
  }
  if (reason === 'stopping') return `ended after step ${step}: ${message}`;
  return checkpoint
    ? `${message} after step ${step}; saved as ${checkpoint.name} in ${checkpoint.location}. Run the same again to go on.`
    : `${message} after step ${step}. Nothing is saved: the run keeps no checkpoints that last.`;
}

/** `3/20`, or `3` when the total is unknown */
export const outOf = (value: number, total: number | undefined): string =>
  total === undefined ? String(value) : `${value}/${total}`;

/** Like `outOf`, with the fraction of the run when that says more: `3 (41 %)`, `3/20 (41 %)` */
export const outOfRun = (value: number, total: number | undefined, fraction: number | undefined): string =>
  fraction === undefined || (total !== undefined && fraction <= value / total)
    ? outOf(value, total)
    : `${outOf(value, total)} (${Math.floor(100 * fraction)} %)`;
