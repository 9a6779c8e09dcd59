import * as nn from '@unroll/nn';
import * as optim from '@unroll/optim';
import { needless, positional } from './exceptions.ts';
import { type AnyClass, before, optionNames } from './option-names.ts';

/** How much of something is there: all, some, nothing. */
export type Mark = '✓' | '◐' | '✗';

export interface TorchRow {
  readonly name: string;
  readonly mark: Mark;
  /** PyTorch's arguments that are not there; of what is not there itself, none are named */
  readonly missing: readonly string[];
}

/** PyTorch's classes, and the names of their arguments. */
export type TorchClasses = Readonly<Record<string, readonly string[]>>;

/** What stands here for an argument of PyTorch: `num_layers` is `numLayers`, `T_max` is `tMax`, `_weight` is `weight`. */
export const camelCase = (argument: string): string =>
  argument
    .replace(/^_/, '')
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase())
    .replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** What there is of PyTorch's classes, by what the package exports and by the options that it takes. */
export function torchRows(classes: TorchClasses, kind: keyof typeof before): TorchRow[] {
  const exported: Readonly<Record<string, unknown>> = kind === 'modules' ? { ...nn } : { ...optim };
  return Object.entries(classes).map(([name, wanted]) => {
    const made = exported[name];
    if (typeof made !== 'function') return { name, mark: '✗', missing: [] };
    const taken = new Set(optionNames(made as AnyClass, before[kind]()));
    const missing = wanted.filter(
      (argument) =>
        !Object.hasOwn(needless, argument) &&
        !positional.includes(argument) &&
        !taken.has(camelCase(argument)),
    );
    return { name, mark: missing.length > 0 ? '◐' : '✓', missing };
  });
}
