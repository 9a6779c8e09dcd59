import { scalar, variable } from '@tensorflow/tfjs-core';
import { SGD } from '@unroll/optim';

/** A class of `nn` or `optim`, whatever it takes. */
export type AnyClass = new (...args: never[]) => unknown;

/** No option's name, nor near to one: the error then lists all options. */
const UNKNOWN = 'q'.repeat(50);

/** What stands before the options of a module, an optimizer or a schedule. */
export const before = {
  modules: () => [],
  optimizers: () => [[variable(scalar(1))]],
  schedules: () => [new SGD([variable(scalar(1))], { lr: 0.1, momentum: 0.9 })],
} as const satisfies Readonly<Record<string, () => readonly unknown[]>>;

/** The names of a class's options, which the error for an unknown one lists; none where it takes none. */
export function optionNames(made: AnyClass, first: readonly unknown[]): readonly string[] {
  try {
    Reflect.construct(made, [...first, { [UNKNOWN]: 1 }]);
  } catch (error) {
    const listed = /the options are (.*)$/.exec((error as Error).message);
    return listed ? listed[1]!.split(', ') : [];
  }
  return [];
}
