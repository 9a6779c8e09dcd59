import type { PyTorchReport } from '../pytorch/pytorch-report.ts';

/** The questions to the compared trainings. Each gets one answer. */
export type Question =
  | { readonly parameters: true }
  /** Makes this many updates, and times them */
  | { readonly steps: number }
  /** Trains for this many seconds. The learning rate falls by a cosine of the time */
  | { readonly seconds: number }
  /** The model's pronunciations, by greedy search, for letters as ids */
  | { readonly say: readonly (readonly number[])[] };

export interface Answers {
  readonly parameters: { readonly parameters: number; readonly pytorch?: PyTorchReport };
  readonly steps: { readonly milliseconds: readonly number[]; readonly words: number };
  readonly seconds: { readonly steps: number; readonly words: number };
  readonly say: { readonly said: readonly (readonly number[])[] };
}
