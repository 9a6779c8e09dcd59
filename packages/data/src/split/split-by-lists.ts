import { checkOptions, checkValue, kind, shown } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import type { DatasetLike } from '../dataset/dataset.ts';
import { isStream, type Stream } from '../dataset/stream.ts';
import { type DatasetParts, type StreamParts, splitByPart } from './split-by-part.ts';

export interface SplitByListsOptions<Part extends string> {
  /** The part for elements that are in no list. Default: such an element is an error. */
  rest?: Part | undefined;
  /**
   * Whether a list may contain keys without an element, for example when only a part of a corpus is available. Default
   * false.
   */
  allowMissing?: boolean | undefined;
}

const kinds = { rest: kind.text, allowMissing: kind.flag };

/**
 * Splits elements by lists of keys, which corpora often include.
 *
 * @param key the key of an element in the lists
 * @param lists the keys of each part
 * @throws when a key is in two lists, an element is in no list (unless `rest` is given), or a listed key has no element
 *   (unless `allowMissing` is set; streams do not check this)
 *
 * @example
 * const { train, test } = await splitByLists(clips, ({ file }) => file, { test: testFiles }, { rest: 'train' });
 */
export function splitByLists<T, Part extends string, Rest extends string = never>(
  elements: Stream<T>,
  key: (element: T) => string,
  lists: Readonly<Record<Part, Iterable<string>>>,
  options?: SplitByListsOptions<Rest>,
): StreamParts<T, Part | Rest>;
export function splitByLists<T, Part extends string, Rest extends string = never>(
  elements: DatasetLike<T>,
  key: (element: T) => string,
  lists: Readonly<Record<Part, Iterable<string>>>,
  options?: SplitByListsOptions<Rest>,
): Promise<DatasetParts<T, Part | Rest>>;
export function splitByLists<T, Part extends string, Rest extends string>(
  elements: DatasetLike<T> | Stream<T>,
  key: (element: T) => string,
  lists: Readonly<Record<Part, Iterable<string>>>,
  options: SplitByListsOptions<Rest> = {},
): Promise<DatasetParts<T, Part | Rest>> | StreamParts<T, Part | Rest> {
  const { rest, allowMissing = false } = checkOptions('splitByLists', options, kinds);
  checkValue('splitByLists', 'key', key, kind.required(kind.func));
  checkValue('splitByLists', 'lists', lists, kind.required(kind.record));
  const partByKey = partsByKey(lists);
  const unseen = new Set(partByKey.keys());
  const partOf = (element: T): Part | Rest => {
    const name = key(element);
    unseen.delete(name);
    const part = partByKey.get(name) ?? rest;
    if (part !== undefined) return part;
    throw new ArgumentError(
      'splitByLists',
      'lists',
      `name no part for ${shown(name)}; expected each element in one of them, or the option rest`,
    );
  };
  const parts = [
    ...new Set<Part | Rest>([...(Object.keys(lists) as Part[]), ...(rest === undefined ? [] : [rest])]),
  ];
  const split = splitByPart('splitByLists', elements, parts, partOf);
  if (isStream(elements) || allowMissing) return split;
  return (split as Promise<DatasetParts<T, Part | Rest>>).then((found) => {
    if (unseen.size === 0) return found;
    const some = [...unseen].slice(0, 3).map(shown).join(', ');
    throw new ArgumentError(
      'splitByLists',
      'lists',
      `name ${unseen.size} keys that no element has (${some}${unseen.size > 3 ? ', …' : ''}); expected each to be there, or the option allowMissing`,
    );
  });
}

function partsByKey<Part extends string>(
  lists: Readonly<Record<Part, Iterable<string>>>,
): ReadonlyMap<string, Part> {
  const partByKey = new Map<string, Part>();
  for (const [part, keys] of Object.entries(lists) as [Part, Iterable<string>][]) {
    if (typeof keys === 'string' || typeof keys?.[Symbol.iterator] !== 'function') {
      throw new ArgumentError(
        'splitByLists',
        'lists',
        `has ${shown(keys)} for ${part}; expected an array of keys`,
      );
    }
    for (const key of keys) {
      const other = partByKey.get(key);
      if (other !== undefined && other !== part) {
        throw new ArgumentError(
          'splitByLists',
          'lists',
          `name ${shown(key)} in ${other} and in ${part}; expected one`,
        );
      }
      partByKey.set(key, part);
    }
  }
  return partByKey;
}
