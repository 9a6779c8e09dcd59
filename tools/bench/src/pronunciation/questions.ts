import type { PyTorchReport } from '../pytorch/pytorch-report.ts';

/** What the trainings beside each other are asked; one answer comes to each. */
export type Question =
  | { readonly parameters: true }
  /** So many updates, timed */
  | { readonly steps: number }
  /** Training for so many seconds, the learning rate falling by a cosine of the time */
  | { readonly seconds: number }
  /** What the model says, by greedy search, for letters as numbers */
  | { readonly say: readonly (readonly number[])[] };

export interface Answers {
  readonly parameters: { readonly parameters: number; readonly pytorch?: PyTorchReport };
  readonly steps: { readonly milliseconds: readonly number[]; readonly words: number };
  readonly seconds: { readonly steps: number; readonly words: number };
  readonly say: { readonly said: readonly (readonly number[])[] };
}
