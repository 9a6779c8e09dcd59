import { kind } from '@unroll/backend/checks';

export interface LengthOptions {
  /** Number of steps of each source; by default all steps of the tensor */
  lengths?: readonly number[] | undefined;
}

export const lengthsKind = kind.listOf(kind.whole(1));
/** The kinds of `LengthOptions` */
export const lengthKinds = { lengths: lengthsKind };
