import { checkOptions, checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { DatasetLike } from '../dataset/dataset.ts';
import type { Stream } from '../dataset/stream.ts';
import { anyText } from '../kinds.ts';
import { checkRatios, type Ratios } from './ratios.ts';
import { type DatasetParts, type StreamParts, splitByPart } from './split-by-part.ts';

export interface SplitByHashOptions {
  /** Hashed before the key. Another salt makes another split. Default `''`. */
  salt?: string | undefined;
}

const kinds = { salt: anyText };

/**
 * Splits elements into parts of about the given shares, by a hash of each element's key. An element stays in its part
 * when other elements are added or removed, and elements with the same key (a document, a user) stay together. The
 * shares are shares of the keys. With few keys, such as six speakers, a part may get none; then a warning suggests
 * another salt or `splitByLists`.
 *
 * The hash is 32-bit FNV-1a over the UTF-8 bytes of salt and key, mixed by MurmurHash3's finalizer, as a fraction of
 * 2³².
 *
 * @param key the field by which elements are split
 * @param ratios the share of each part; they must add up to 1
 *
 * @example
 * const { train, test } = await splitByHash(reviews, ({ author }) => author, { train: 0.9, test: 0.1 });
 */
export function splitByHash<T, Part extends string>(
  elements: Stream<T>,
  key: (element: T) => string,
  ratios: Ratios<Part>,
  options?: SplitByHashOptions,
): StreamParts<T, Part>;
export function splitByHash<T, Part extends string>(
  elements: DatasetLike<T>,
  key: (element: T) => string,
  ratios: Ratios<Part>,
  options?: SplitByHashOptions,
): Promise<DatasetParts<T, Part>>;
export function splitByHash<T, Part extends string>(
  elements: DatasetLike<T> | Stream<T>,
  key: (element: T) => string,
  ratios: Ratios<Part>,
  options: SplitByHashOptions = {},
): Promise<DatasetParts<T, Part>> | StreamParts<T, Part> {
  const { salt = '' } = checkOptions('splitByHash', options, kinds);
  checkValue('splitByHash', 'key', key, kind.required(kind.func));
  const parts = checkRatios('splitByHash', ratios);
  const lastWithShare = parts.findLast(([, ratio]) => ratio > 0)![0];
  const partOf = (element: T): Part => {
    const text = key(element);
    if (typeof text !== 'string')
      throw new ArgumentError('splitByHash', 'key', `gave ${shown(text)}; expected a string`);
    let fraction = hashFraction(salt + text);
    for (const [part, ratio] of parts) {
      if (fraction < ratio) return part;
      fraction -= ratio;
    }
    return lastWithShare;
  };
  const names = parts.map(([part]) => part);
  const split = splitByPart('splitByHash', elements, names, partOf);
  if (!(split instanceof Promise)) return split;
  return split.then((found) => {
    const empty = parts.find(([part, ratio]) => ratio > 0 && found[part].length === 0)?.[0];
    if (empty !== undefined && names.some((part) => found[part].length > 0)) {
      console.warn(
        `splitByHash: part ${empty} has no element, as too few keys differ; another salt makes another split, and splitByLists names the keys`,
      );
    }
    return found;
  });
}

const utf8 = new TextEncoder();

/** In [0, 1). */
function hashFraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8.encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
