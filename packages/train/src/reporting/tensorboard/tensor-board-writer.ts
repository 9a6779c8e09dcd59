import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { anyNumber, anyText, checkList } from '../../checks.ts';
import { EventSchema, SessionLog_SessionStatus } from '../../generated/tensorboard_pb.ts';
import { eventFile } from './event-file.ts';
import { encodedImage, type Pixels } from './image.ts';
import { record } from './record.ts';
import { histogram, image, type SummaryValue, scalar, text } from './summary.ts';

/** Receives an event file's bytes, in order. */
export type EventSink = (bytes: Uint8Array) => void | Promise<void>;

export interface TensorBoardWriterOptions {
  /** The longest time that events wait to be written, in seconds, while more events follow. Default 10. */
  flushSeconds?: number | undefined;
}

export interface HistogramOptions {
  /** Default 30. */
  bins?: number | undefined;
}

const kinds = { flushSeconds: kind.atLeast(0) };
const histogramKinds = { bins: kind.whole(1) };

/** With more waiting bytes than this, the writer writes at once. */
const MOST_WAITING = 1 << 20;

/**
 * Writes an event file for TensorBoard, like `torch.utils.tensorboard.SummaryWriter`. A truncated file can be read up
 * to the cut.
 *
 * @example
 * const writer = new TensorBoardWriter('runs/names');
 * writer.addScalar('loss/train', 0.5, 100);
 * writer.addText('sample', 'Once upon a time', 100);
 * writer.addHistogram('weights', await model.weight.data(), 100);
 * await writer.close();
 */
export class TensorBoardWriter {
  readonly #write: EventSink;
  readonly #close: () => Promise<void>;
  readonly #flushMilliseconds: number;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #flushedAt = Date.now();
  /** Resolves after the last write that began. After a failed write no other begins. */
  #written: Promise<void> = Promise.resolve();
  #closed = false;

  /**
   * @param target a folder in which a new file is made (Node only), or a function that receives the file's bytes
   * @throws TypeError for a folder when there is no file system
   */
  constructor(target: string | EventSink, options: TensorBoardWriterOptions = {}) {
    checkValue('TensorBoardWriter', 'target', target, kind.required(kind.either(kind.text, kind.func)));
    const { flushSeconds = 10 } = checkOptions('TensorBoardWriter', options, kinds);
    const file = typeof target === 'string' ? eventFile('TensorBoardWriter', target) : undefined;
    this.#write = typeof target === 'string' ? (bytes) => file!.write(bytes) : target;
    this.#close = async () => file?.close();
    this.#flushMilliseconds = 1000 * flushSeconds;
    this.#add('TensorBoardWriter', { what: { case: 'fileVersion', value: 'brain.Event:2' } });
  }

  /** @param step the position on the axis: the number of updates made so far */
  addScalar(tag: string, value: number, step: number): void {
    checkValue('TensorBoardWriter.addScalar', 'value', value, anyNumber);
    this.#addValue('TensorBoardWriter.addScalar', tag, step, (name) => scalar(name, value));
  }

  /** @param markdown text, which TensorBoard shows as Markdown */
  addText(tag: string, markdown: string, step: number): void {
    checkValue('TensorBoardWriter.addText', 'markdown', markdown, anyText);
    this.#addValue('TensorBoardWriter.addText', tag, step, (name) => text(name, markdown));
  }

  /** @param values numbers of any shape; numbers that are not finite are left out */
  addHistogram(tag: string, values: ArrayLike<number>, step: number, options: HistogramOptions = {}): void {
    const owner = 'TensorBoardWriter.addHistogram';
    const { bins = 30 } = checkOptions(owner, options, histogramKinds);
    checkList(owner, 'values', values, anyNumber);
    this.#addValue(owner, tag, step, (name) => histogram(name, values, bins));
  }

  /**
   * @param picture pixels, or a PNG file's bytes
   * @throws when it is neither
   */
  addImage(tag: string, picture: Pixels | Uint8Array, step: number): void {
    const encoded = encodedImage('TensorBoardWriter.addImage', picture);
    this.#addValue('TensorBoardWriter.addImage', tag, step, (name) => image(name, encoded));
  }

  /**
   * Tells TensorBoard that the run continues from an earlier state. TensorBoard then hides the values of earlier files
   * of the folder from this step on.
   */
  purge(step: number): void {
    checkValue('TensorBoardWriter.purge', 'step', step, kind.required(kind.whole(0)));
    const value = { status: SessionLog_SessionStatus.START };
    // TensorBoard's slow loader ignores the first start of a folder, so this writes two.
    for (let times = 0; times < 2; times++) {
      this.#add('TensorBoardWriter.purge', { step: BigInt(step), what: { case: 'sessionLog', value } });
    }
  }

  /** Waits until all added events are written, so that they survive the process. */
  async flush(): Promise<void> {
    this.#begin();
    await this.#written;
  }

  /** Writes the waiting events, and closes the file. */
  async close(): Promise<void> {
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      await this.#close();
    }
  }

  #addValue(owner: string, tag: string, step: number, toValue: (tag: string) => SummaryValue): void {
    checkValue(owner, 'tag', tag, kind.required(kind.text));
    checkValue(owner, 'step', step, kind.required(kind.whole(0)));
    this.#add(owner, { step: BigInt(step), what: { case: 'summary', value: { value: [toValue(tag)] } } });
  }

  #add(owner: string, event: MessageInitShape<typeof EventSchema>): void {
    if (this.#closed) throw new ArgumentError(owner, 'writer', 'is closed');
    const now = Date.now();
    const bytes = record(toBinary(EventSchema, create(EventSchema, { wallTime: now / 1000, ...event })));
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    const isDue = now - this.#flushedAt > this.#flushMilliseconds || this.#waitingBytes > MOST_WAITING;
    if (isDue) this.#begin();
  }

  /** Starts to write the waiting events. The next `flush` reports an error. */
  #begin(): void {
    this.#flushedAt = Date.now();
    if (this.#waitingBytes === 0) return;
    const bytes = new Uint8Array(this.#waitingBytes);
    let end = 0;
    for (const each of this.#waiting) {
      bytes.set(each, end);
      end += each.length;
    }
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#written = this.#written.then(() => this.#write(bytes));
    this.#written.catch(() => undefined);
  }
}
