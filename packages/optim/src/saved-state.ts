import type { SavedTensor } from '@unroll/backend';
import { noteKinds } from './schedule-notes.ts';

/** An option as it is saved: `lr`, `betas`, `nesterov`… */
export type SavedOption = number | boolean | null | readonly number[];

/**
 * An optimizer's state in PyTorch's shape and under PyTorch's keys (`exp_avg_sq`, `weight_decay`), for exchange with
 * PyTorch. Parameters are numbered in order through all groups.
 */
export interface OptimizerStateDict {
  /** State by parameter number. `step` is a number. Tensors that do not exist yet are absent or null. */
  readonly state: Readonly<Record<number, Readonly<Record<string, number | null | SavedTensor>>>>;
  readonly param_groups: readonly SavedGroup[];
}

export interface SavedGroup {
  /** The numbers of the group's parameters */
  readonly params: readonly number[];
  readonly [option: string]: SavedOption;
}

export const snakeCase = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * Options of PyTorch that are dropped, unless an optimizer has them here. `decoupledWeightDecay` follows from the
 * class, `Adam` or `AdamW`. The others choose how PyTorch runs and do not change results.
 */
const droppedOptions: ReadonlySet<string> = new Set([
  'foreach',
  'capturable',
  'differentiable',
  'fused',
  'decoupledWeightDecay',
]);

/** A saved group's options under our names, and the notes of its schedules. */
export function savedOptions(
  group: Readonly<Record<string, unknown>>,
  defaults: object,
): { readonly options: Record<string, unknown>; readonly notes: Record<string, unknown> } {
  const entries = Object.entries(group)
    .filter(([name]) => name !== 'params')
    .map(([name, value]) => [camelCase(name), value] as const)
    .filter(([name]) => Object.hasOwn(defaults, name) || !droppedOptions.has(name));
  const isNote = ([name]: readonly [string, unknown]) =>
    Object.hasOwn(noteKinds, name) && !Object.hasOwn(defaults, name);
  return {
    options: Object.fromEntries(entries.filter((entry) => !isNote(entry))),
    notes: Object.fromEntries(entries.filter(isNote)),
  };
}
