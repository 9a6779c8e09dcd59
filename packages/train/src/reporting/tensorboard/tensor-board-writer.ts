import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { anyNumber, anyText, checkList } from '../../checks.ts';
import { EventSchema, SessionLog_SessionStatus } from '../../generated/tensorboard_pb.ts';
import { eventFile } from './event-file.ts';
import { encodedImage, type Pixels } from './image.ts';
import { record } from './record.ts';
import { histogram, image, type SummaryValue, scalar, text } from './summary.ts';

/** Takes an event file's bytes, in their order. */
export type EventSink = (bytes: Uint8Array) => void | Promise<void>;

export interface TensorBoardWriterOptions {
  /** How long events wait at most to be written, in seconds, where others follow. Default 10. */
  flushSeconds?: number | undefined;
}

export interface HistogramOptions {
  /** Default 30. */
  bins?: number | undefined;
}

const kinds = { flushSeconds: kind.atLeast(0) };
const histogramKinds = { bins: kind.whole(1) };

/** Bytes that are written without waiting for more. */
const MOST_WAITING = 1 << 20;

/**
 * Writes an event file, which TensorBoard shows, as `torch.utils.tensorboard.SummaryWriter`. A file that was cut off is read up to there.
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
  /** Ends with the last write that began; once one fails, no other begins. */
  #written: Promise<void> = Promise.resolve();
  #closed = false;

  /**
   * @param target a folder, in which a new file is made (Node alone), or what takes the file's bytes
   * @throws TypeError for a folder where there are no files
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

  /** @param step where on the axis: updates made so far */
  addScalar(tag: string, value: number, step: number): void {
    checkValue('TensorBoardWriter.addScalar', 'value', value, anyNumber);
    this.#addValue('TensorBoardWriter.addScalar', tag, step, (name) => scalar(name, value));
  }

  /** @param markdown text, which TensorBoard shows as Markdown */
  addText(tag: string, markdown: string, step: number): void {
    checkValue('TensorBoardWriter.addText', 'markdown', markdown, anyText);
    this.#addValue('TensorBoardWriter.addText', tag, step, (name) => text(name, markdown));
  }

  /** @param values numbers of any shape; those that are not finite are left out */
  addHistogram(tag: string, values: ArrayLike<number>, step: number, options: HistogramOptions = {}): void {
    const owner = 'TensorBoardWriter.addHistogram';
    const { bins = 30 } = checkOptions(owner, options, histogramKinds);
    checkList(owner, 'values', values, anyNumber);
    this.#addValue(owner, tag, step, (name) => histogram(name, values, bins));
  }

  /**
   * @param picture pixels, or a PNG file's bytes
   * @throws where it is neither
   */
  addImage(tag: string, picture: Pixels | Uint8Array, step: number): void {
    const encoded = encodedImage('TensorBoardWriter.addImage', picture);
    this.#addValue('TensorBoardWriter.addImage', tag, step, (name) => image(name, encoded));
  }

  /**
   * Tells TensorBoard that the run goes on from an earlier state: what the folder's earlier files have of this step and later ones is not
   * shown.
   */
  purge(step: number): void {
    checkValue('TensorBoardWriter.purge', 'step', step, kind.required(kind.whole(0)));
    const value = { status: SessionLog_SessionStatus.START };
    // TensorBoard's slow loader takes a folder's first start for no restart, so that there have to be two.
    for (let times = 0; times < 2; times++) {
      this.#add('TensorBoardWriter.purge', { step: BigInt(step), what: { case: 'sessionLog', value } });
    }
  }

  /** Waits until all that was added is written: it outlives the process. */
  async flush(): Promise<void> {
    this.#begin();
    await this.#written;
  }

  /** Writes what is left, and closes the file. */
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

  /** Begins to write what waits. What fails is known to the next `flush`. */
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
