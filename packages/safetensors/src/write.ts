import { checkOptions, shown } from './check-options.ts';
import { checkTensor } from './check-tensor.ts';
import { type Dtype, dtypeNames } from './dtypes.ts';
import { SafetensorsError } from './format-error.ts';
import { LENGTH_BYTES, MAX_HEADER_BYTES, METADATA } from './header.ts';
import { type Named, pairsOf } from './named.ts';
import { bytesOf, type StoredTensor } from './stored-tensor.ts';

export interface WriteOptions {
  /** Free text by name. PyTorch's tools write and expect `{ format: 'pt' }`. */
  metadata?: Named<string> | undefined;
}

/**
 * Writes a file into memory. Tensors with wide dtypes come first, then they are sorted by name, as in the reference
 * implementation. The first byte of the tensors is aligned to 8.
 *
 * @param tensors by name; the name `__metadata__` is reserved by the format
 * @throws TypeError when a tensor's dtype, shape and data do not fit together, a name is repeated or is not Unicode
 *   text, or a metadata value is not a string
 * @throws SafetensorsError `header-too-large`, when the header would exceed the format's 100,000,000 bytes
 */
export function writeSafetensors(
  tensors: Named<StoredTensor>,
  options: WriteOptions = {},
): Uint8Array<ArrayBuffer> {
  const chunks = fileChunks('writeSafetensors', tensors, options);
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

/**
 * The same bytes as chunks: the header, then each tensor's own bytes without a copy. Write them to a file or stream one
 * after another. Tensors must not change before they are written.
 *
 * @throws like `writeSafetensors`, when called
 */
export function safetensorsChunks(tensors: Named<StoredTensor>, options: WriteOptions = {}): Uint8Array[] {
  return fileChunks('safetensorsChunks', tensors, options);
}

/** The chunks of a file. Errors name `owner`, the function that a caller called. */
export function fileChunks(owner: string, tensors: Named<StoredTensor>, options: WriteOptions): Uint8Array[] {
  checkOptions(owner, options, ['metadata']);
  const pairs = checkedTensors(owner, tensors);
  const ordered = pairs.toSorted(
    ([a, { dtype: aDtype }], [b, { dtype: bDtype }]) => rank(aDtype) - rank(bDtype) || byCodePoints(a, b),
  );
  const metadata = options.metadata === undefined ? undefined : checkedMetadata(owner, options.metadata);
  return [headerBytes(ordered, metadata), ...ordered.map(([, tensor]) => bytesOf(tensor))];
}

/** The pairs of a name and a tensor, after checking each. */
export function checkedTensors(
  owner: string,
  tensors: Named<StoredTensor>,
): (readonly [string, StoredTensor])[] {
  const pairs = pairsOf(owner, 'tensors', tensors);
  for (const [name, tensor] of pairs) {
    if (name === METADATA) {
      throw new TypeError(`${owner}: a tensor is named '${METADATA}', which the format keeps for metadata`);
    }
    checkTensor(`${owner}: tensor '${name}'`, tensor);
  }
  return pairs;
}

function checkedMetadata(owner: string, metadata: Named<string>): readonly (readonly [string, string])[] {
  const pairs = pairsOf(owner, 'metadata', metadata);
  for (const [key, value] of pairs) {
    if (typeof value !== 'string' || /\p{Surrogate}/u.test(value)) {
      throw new TypeError(
        `${owner}: metadata '${key}' is ${shown(value)}; expected a string of Unicode text`,
      );
    }
  }
  return pairs;
}

const rank = (dtype: Dtype): number => dtypeNames.indexOf(dtype);

/** Orders strings by their UTF-8 bytes, which differs from JavaScript's order for characters past U+FFFF. */
function byCodePoints(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const differs = left.findIndex((character, i) => character !== right[i]);
  if (differs < 0) return left.length - right.length;
  return (left[differs]!.codePointAt(0) ?? 0) - (right[differs]?.codePointAt(0) ?? -1);
}

/** The header, after its length, padded with spaces so that the tensors begin at a multiple of 8. */
function headerBytes(
  ordered: readonly (readonly [string, StoredTensor])[],
  metadata: readonly (readonly [string, string])[] | undefined,
): Uint8Array {
  const fields: string[] = [];
  if (metadata) {
    const pairs = metadata.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
    fields.push(`"${METADATA}":{${pairs.join()}}`);
  }
  let start = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const end = start + data.byteLength;
    const entry = JSON.stringify({ dtype, shape, data_offsets: [start, end] });
    fields.push(`${JSON.stringify(name)}:${entry}`);
    start = end;
  }
  const text = new TextEncoder().encode(`{${fields.join()}}`);
  const length = Math.ceil(text.length / 8) * 8;
  if (length > MAX_HEADER_BYTES) {
    const words = `the header would have ${length} bytes; expected at most ${MAX_HEADER_BYTES}`;
    throw new SafetensorsError('header-too-large', words);
  }
  const bytes = new Uint8Array(LENGTH_BYTES + length).fill(' '.charCodeAt(0));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, LENGTH_BYTES);
  return bytes;
}
