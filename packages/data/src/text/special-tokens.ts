import { kind } from '@unroll/backend/checks';

/** Tokens that do not occur in texts: their purposes, and their spellings. */
export interface SpecialTokens {
  /** Pads short sequences of a batch: `<pad>` */
  readonly pad?: string | undefined;
  /** Replaces tokens that are not in the vocabulary: `<unk>` */
  readonly unk?: string | undefined;
  /** Begins a sequence: `<s>` */
  readonly bos?: string | undefined;
  /** Ends a sequence: `</s>` */
  readonly eos?: string | undefined;
  /** Further special tokens: `<mask>`, `<sep>` */
  readonly others?: readonly string[] | undefined;
}

/** The ids of special tokens; a missing field means there is no such token. */
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

/** The special tokens in the order in which they precede all other tokens, each once. */
export function specialTokenList(specials: SpecialTokens): string[] {
  const named = specialNames.flatMap((name) => specials[name] ?? []);
  return [...new Set([...named, ...(specials.others ?? [])])];
}
