import { kind } from '@unroll/backend/checks';
import { withMethods } from '../with-methods.ts';

/** The kind of a `CheckpointStore`. */
export const storeKind: kind.Kind = kind.required(
  withMethods('a store of checkpoints, as folder(path) makes it', 'list', 'read', 'write', 'remove'),
);
