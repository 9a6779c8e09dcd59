import { kind } from '@unroll/backend/checks';
import { withMethods } from '../with-methods.ts';

/** What a `CheckpointStore` has to be. */
export const storeKind: kind.Kind = kind.required(
  withMethods('a store of checkpoints, as folder(path) makes it', 'list', 'read', 'write', 'remove'),
);
