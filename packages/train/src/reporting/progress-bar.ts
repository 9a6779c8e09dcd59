import cliProgress from 'cli-progress';
import type { Position, StartEvent, StepEvent, TrainingEvent } from '../events.ts';
import type { ProgressWords } from './progress-lines.ts';
import { type FigureWords, figuresText, fourDigits, noteOf, outOf, perSecond } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import { Throughput } from './throughput.ts';

/** Moves to the beginning of the line and clears it */
const CLEAR_LINE = '\r\u001b[K';

/** For terminals: one line that is redrawn during the run, with notes above it. */
export class ProgressBar implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  readonly #figures: FigureWords | undefined;
  readonly #unit: string | undefined;
  readonly #throughput = new Throughput();
  #bar: cliProgress.SingleBar | undefined;
  #texts = { epoch: '', loss: '–', figures: '', rate: '' };
  #start: StartEvent | undefined;
  #hasStepped = false;
  /** Whether the bar shows how much of the run is done */
  #isMeasured = false;

  constructor(stream: NodeJS.WriteStream, { figures, unit }: Pick<ProgressWords, 'figures' | 'unit'>) {
    this.#stream = stream;
    this.#figures = figures;
    this.#unit = unit;
  }

  report(event: TrainingEvent): void {
    switch (event.type) {
      case 'start':
        this.#start = event;
        this.#begin(event);
        break;
      case 'step':
        this.#step(event);
        return;
      case 'epoch':
        this.#texts.loss = fourDigits(event.loss);
        return;
      case 'validation':
        this.#texts.figures = `  ${figuresText(event.values, this.#figures)}`;
        this.#update(event);
        return;
      case 'checkpoint':
        return;
      case 'end':
        this.#update(event);
        this.close();
    }
    const note = noteOf(event, this.#hasStepped);
    if (!note) return;
    // The bar is redrawn below the note.
    this.#stream.write(`${this.#bar ? CLEAR_LINE : ''}  ${note}\n`);
  }

  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin({ step, fraction }: Position): void {
    this.close();
    this.#isMeasured = fraction !== undefined;
    // A narrow terminal cuts off the end of the line.
    const parts = '{rate}  {epoch}  loss {loss}{figures}';
    // The run handles Ctrl-C itself. When a second Ctrl-C ends the process, nothing would restore the cursor and the
    // wrapping.
    this.#bar = new cliProgress.SingleBar({
      stream: this.#stream,
      format: this.#isMeasured ? `  {bar} {eta_formatted} left  ${parts}` : `  step {value}  ${parts}`,
      // The time left is unknown before the first step, and while the fraction does not grow
      formatTime: (seconds, ...rest) =>
        Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, ...rest) : '?',
      barsize: 24,
      etaBuffer: 200,
      hideCursor: false,
      linewrap: true,
      gracefulExit: false,
    });
    this.#bar.start(this.#isMeasured ? 1 : 0, fraction ?? step, this.#texts);
  }

  #update(at: Position): void {
    // A stopping rule may learn only during the run how much of it is done.
    if (this.#isMeasured !== (at.fraction !== undefined)) this.#begin(at);
    this.#bar?.update(at.fraction ?? at.step, this.#texts);
  }

  #step(event: StepEvent): void {
    this.#throughput.add(event);
    this.#hasStepped = true;
    const rate = perSecond(this.#throughput.perSecond(this.#unit));
    // In its first epoch the run has no mean loss yet.
    if (event.epoch === this.#start?.epoch) this.#texts.loss = fourDigits(event.loss);
    this.#texts.epoch = `epoch ${outOf(event.epoch + 1, this.#start?.epochs)}`;
    this.#texts.rate = `${rate} ${this.#unit ?? 'steps'}/s`;
    this.#update(event);
  }
}
