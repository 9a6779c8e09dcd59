import cliProgress from 'cli-progress';
import type { Position, StartEvent, StepEvent, TrainingEvent } from '../events.ts';
import type { ProgressWords } from './progress-lines.ts';
import { type FigureWords, figuresText, fourDigits, noteOf, outOf, perSecond } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import { Throughput } from './throughput.ts';

/** Back to the line's begin, and the line gone */
const CLEAR_LINE = '\r\u001b[K';

/** One line that is drawn anew as the run goes on, with notes above it: for terminals. */
export class ProgressBar implements Reporter {
  readonly #stream: NodeJS.WriteStream;
  readonly #figures: FigureWords | undefined;
  readonly #unit: string | undefined;
  readonly #throughput = new Throughput();
  #bar: cliProgress.SingleBar | undefined;
  #texts = { epoch: '', loss: '–', figures: '', rate: '' };
  #start: StartEvent | undefined;
  #hasStepped = false;
  /** Whether it is drawn by how much of the run is done */
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
    // The bar is drawn anew below it.
    this.#stream.write(`${this.#bar ? CLEAR_LINE : ''}  ${note}\n`);
  }

  close(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #begin({ step, fraction }: Position): void {
    this.close();
    this.#isMeasured = fraction !== undefined;
    // What a narrow terminal has no room for is cut off at the end.
    const parts = '{rate}  {epoch}  loss {loss}{figures}';
    // Ctrl-C is the run's, and where a second one ends the process nobody gives cursor and wrapping back.
    this.#bar = new cliProgress.SingleBar({
      stream: this.#stream,
      format: this.#isMeasured ? `  {bar} {eta_formatted} left  ${parts}` : `  step {value}  ${parts}`,
      // No number before the first step, or while nothing comes nearer to the end
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
    // What ends a run may come to know only then how far it is.
    if (this.#isMeasured !== (at.fraction !== undefined)) this.#begin(at);
    this.#bar?.update(at.fraction ?? at.step, this.#texts);
  }

  #step(event: StepEvent): void {
    this.#throughput.add(event);
    this.#hasStepped = true;
    const rate = perSecond(this.#throughput.perSecond(this.#unit));
    // The first epoch has no mean loss yet.
    if (event.epoch === this.#start?.epoch) this.#texts.loss = fourDigits(event.loss);
    this.#texts.epoch = `epoch ${outOf(event.epoch + 1, this.#start?.epochs)}`;
    this.#texts.rate = `${rate} ${this.#unit ?? 'steps'}/s`;
    this.#update(event);
  }
}
