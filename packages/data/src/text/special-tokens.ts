import { kind } from '@unroll/backend/checks';

/** Tokens that are no text: what they stand for, and how they are written. */
export interface SpecialTokens {
  /** Fills up short sequences of a batch: `<pad>` */
  readonly pad?: string | undefined;
  /** Stands for every token that a vocabulary does not have: `<unk>` */
  readonly unk?: string | undefined;
  /** Begins a sequence: `<s>` */
  readonly bos?: string | undefined;
  /** Ends a sequence: `</s>` */
  readonly eos?: string | undefined;
  /** Further ones: `<mask>`, `<sep>` */
  readonly others?: readonly string[] | undefined;
}

/** The indices of special tokens; absent: there is no such token. */
export interface SpecialIds {
  readonly pad?: number;
  readonly unk?: number;
  readonly bos?: number;
  readonly eos?: number;
  readonly others: readonly number[];
}

export const specialTokenKinds = {
  pad: kind.text,
  unk: kind.text,
  bos: kind.text,
  eos: kind.text,
  others: kind.listOf(kind.text),
};

export const specialNames = ['pad', 'unk', 'bos', 'eos'] as const;

/** The tokens, in the order in which they come before all others, each once. */
export function specialTokenList(specials: SpecialTokens): string[] {
  const named = specialNames.flatMap((name) => specials[name] ?? []);
  return [...new Set([...named, ...(specials.others ?? [])])];
}
