import { shown } from '@unroll/backend/checks';

/** A module's options for its text: `dim=1, bias=true`. */
export function optionText(options: Readonly<Record<string, unknown>>): string {
  return Object.entries(options)
    .map(([name, value]) => `${name}=${shown(value)}`)
    .join(', ');
}

/**
 * The sizes, or texts of options that are always shown, and all other options that differ from their defaults:
 * `10, 20, numLayers=2`.
 */
export function sizesAndOptionText<Options extends Readonly<Record<string, unknown>>>(
  sizes: readonly (number | string)[],
  options: Options,
  defaults: Readonly<Record<keyof Options, unknown>>,
): string {
  const changed = Object.entries(options).filter(([name, value]) => value !== defaults[name]);
  const text = optionText(Object.fromEntries(changed));
  return [...sizes, ...(text === '' ? [] : [text])].join(', ');
}
