import { kind } from '@unroll/backend/checks';

const METHODS = ['list', 'read', 'write', 'remove'];

/** What a `CheckpointStore` has to be. */
export const storeKind: kind.Kind = kind.required({
  expected: 'a store of checkpoints, as folder(path) makes it',
  fits: (value) =>
    METHODS.every(
      (name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === 'function',
    ),
});
