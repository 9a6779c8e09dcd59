import { ArgumentError } from '@unroll/backend/errors';
import type { Module } from '../module.ts';

/**
 * A container's modules by key, followed by those in fields of a subclass. A module that is both an item and a field
 * under one key comes once.
 */
export function* itemsAndFields(
  owner: string,
  items: Iterable<readonly [string, Module]>,
  fields: Iterable<readonly [string, Module]>,
): Generator<[string, Module]> {
  const byKey = new Map(items);
  yield* byKey;
  for (const [name, module] of fields) {
    if (!byKey.has(name)) yield [name, module];
    else if (byKey.get(name) !== module) {
      throw new ArgumentError(owner, 'key', `is '${name}', which a field has already for another module`);
    }
  }
}
