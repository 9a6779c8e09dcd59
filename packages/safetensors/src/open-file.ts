import { asBytes } from './as-bytes.ts';
import type { ByteSource, NamedSource } from './byte-source.ts';
import { shown } from './check-options.ts';
import { isDtype } from './dtypes.ts';
import { quoted, SafetensorsError, shapeText } from './format-error.ts';
import { type Header, headerLength, LENGTH_BYTES, parseHeader } from './header.ts';
import type { Entry } from './header-entry.ts';
import type { Fault } from './json-scanner.ts';
import { type StoredTensor, type TensorInfo, tensorOver } from './stored-tensor.ts';
import { type TensorFile, unknownTensor } from './tensor-file.ts';

/** Makes the errors of a file with this name. */
export const faultOf =
  (file: string | undefined): Fault =>
  (reason, words, tensor, cause) =>
    new SafetensorsError(reason, words, { file, tensor, ...(cause !== undefined && { cause }) });

/** Reads a file's header and checks it against the file's size. */
export async function openFile({ source, name }: NamedSource): Promise<OpenFile> {
  const fault = faultOf(name);
  try {
    const { size } = source;
    const first = await exactly(source, 0, Math.min(size, LENGTH_BYTES), fault);
    const length = headerLength(first, size, fault);
    const bytes = await exactly(source, LENGTH_BYTES, LENGTH_BYTES + length, fault);
    return new OpenFile(source, parseHeader(bytes, size, fault), fault);
  } catch (error) {
    await source.close?.();
    throw error;
  }
}

/** An open file of tensors. */
export class OpenFile implements TensorFile {
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly #source: ByteSource;
  readonly #header: Header;
  readonly #fault: Fault;
  #closed = false;

  constructor(source: ByteSource, header: Header, fault: Fault) {
    this.#source = source;
    this.#header = header;
    this.#fault = fault;
    this.names = [...header.entries.keys()];
    this.metadata = header.metadata;
  }

  has(name: string): boolean {
    return this.#header.entries.has(name);
  }

  info(name: string): TensorInfo {
    const { dtype, shape, bytes } = this.#entry('info', name);
    return { dtype, shape, bytes };
  }

  async read(name: string): Promise<StoredTensor> {
    const { shape, bytes } = this.#entry('read', name);
    return this.#range(name, shape, 0, bytes);
  }

  async readRows(name: string, begin: number, end: number): Promise<StoredTensor> {
    const { shape, bytes } = this.#entry('readRows', name);
    const [rows, ...rest] = shape;
    if (rows === undefined || !isRange(begin, end, rows)) {
      throw new TypeError(
        `readRows: tensor '${name}' of shape ${shapeText(shape)} has no rows ${shown(begin)} up to ${shown(end)} in its first axis`,
      );
    }
    const width = rows === 0 ? 0 : bytes / rows;
    return this.#range(name, [end - begin, ...rest], begin * width, end * width);
  }

  async #range(name: string, shape: readonly number[], from: number, to: number): Promise<StoredTensor> {
    if (this.#closed) throw new TypeError(`read: the file of tensor '${name}' is closed`);
    const { dtype, start } = this.#entry('read', name);
    if (!isDtype(dtype)) {
      throw this.#fault(
        'unsupported-dtype',
        `tensor ${quoted(name)} is ${dtype}, which JavaScript has no array for`,
        name,
      );
    }
    const first = this.#header.dataStart + start;
    return tensorOver(dtype, shape, await exactly(this.#source, first + from, first + to, this.#fault, name));
  }

  #entry(owner: string, name: string): Entry {
    const entry = this.#header.entries.get(name);
    if (!entry) throw unknownTensor(owner, name, this.names);
    return entry;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#source.close?.();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const isRange = (begin: number, end: number, rows: number): boolean =>
  Number.isInteger(begin) && Number.isInteger(end) && 0 <= begin && begin <= end && end <= rows;

/** Reads a whole range of a source. */
async function exactly(
  source: ByteSource,
  start: number,
  end: number,
  fault: Fault,
  tensor?: string,
): Promise<Uint8Array> {
  const given = start === end ? new Uint8Array(0) : await source.read(start, end);
  const bytes = asBytes(given);
  if (!bytes) throw new TypeError(`read: the source gave ${shown(given)}; expected a Uint8Array`);
  if (bytes.byteLength === end - start) return bytes;
  const words = `the bytes ${start} to ${end} were asked for, and ${bytes.byteLength} bytes came`;
  throw fault('short-read', words, tensor);
}
