import type {
  EpochEvent,
  Position,
  StartEvent,
  StepEvent,
  TrainingEvent,
  ValidationEvent,
} from '../events.ts';
import { type FigureWords, figuresText, fourDigits, noteOf, outOfRun, perSecond } from './progress-words.ts';
import type { Reporter } from './reporter.ts';
import { Throughput } from './throughput.ts';

/** What is shown, and how. */
export interface ProgressWords {
  readonly figures: FigureWords | undefined;
  /** The unit of the batches' weights. Without it, steps are counted. */
  readonly unit: string | undefined;
  /** After this many seconds without a line, a step is shown */
  readonly quietSeconds: number;
}

/** For pipes and files: a line for each epoch and each validation, and for a step after some seconds without a line. */
export class ProgressLines implements Reporter {
  readonly #write: (line: string) => void;
  readonly #figures: FigureWords | undefined;
  readonly #unit: string | undefined;
  readonly #quietSeconds: number;
  readonly #throughput = new Throughput();
  #start: StartEvent | undefined;
  #lastStep: StepEvent | undefined;
  /** The line of an epoch, to which its validation's figures will be added */
  #epoch: string | undefined;
  #lastLine = performance.now();

  constructor(write: (line: string) => void, { figures, unit, quietSeconds }: ProgressWords) {
    this.#write = write;
    this.#figures = figures;
    this.#unit = unit;
    this.#quietSeconds = quietSeconds;
  }

  report(event: TrainingEvent): void {
    if (event.type !== 'validation') this.#flush();
    if (event.type === 'start') this.#start = event;
    switch (event.type) {
      case 'step':
        this.#step(event);
        break;
      case 'epoch':
        this.#epoch = this.#epochText(event);
        break;
      case 'validation':
        this.#validation(event);
        break;
      case 'checkpoint':
        break;
      default:
        this.#note(noteOf(event, this.#lastStep !== undefined));
    }
  }

  close(): void {
    this.#flush();
  }

  #validation(event: ValidationEvent): void {
    const figures = figuresText(event.values, this.#figures);
    const head = this.#epoch ?? this.#stepText(event);
    this.#epoch = undefined;
    this.#line([head, figures].filter((text) => text !== '').join('  '));
  }

  #step(event: StepEvent): void {
    this.#lastStep = event;
    this.#throughput.add(event);
    if (performance.now() - this.#lastLine < 1000 * this.#quietSeconds) return;
    this.#line(`${this.#stepText(event)}  ${this.#rate()}`);
  }

  #stepText({ step, fraction }: Position): string {
    const loss = this.#lastStep ? `  loss ${fourDigits(this.#lastStep.loss)}` : '';
    return `step ${outOfRun(step, this.#start?.steps, fraction)}${loss}`;
  }

  #rate(): string {
    return `${perSecond(this.#throughput.perSecond(this.#unit))} ${this.#unit ?? 'steps'}/s`;
  }

  #epochText({ epoch, loss, fraction }: EpochEvent): string {
    return `epoch ${outOfRun(epoch + 1, this.#start?.epochs, fraction)}  loss ${fourDigits(loss)}`;
  }

  #note(note: string | undefined): void {
    if (note) this.#line(note);
  }

  #flush(): void {
    if (this.#epoch !== undefined) this.#line(this.#epoch);
    this.#epoch = undefined;
  }

  #line(text: string): void {
    this.#lastLine = performance.now();
    this.#write(`  ${text}\n`);
  }
}
