import { shown } from '../checks/shown.ts';
import { ArgumentError } from '../errors/argument-error.ts';
import {
  type AttrsOf,
  contractKernels,
  declarationOf,
  type InputsOf,
  type KernelName,
  type OutputsOf,
} from './kernel-map.ts';

/**
 * How a kernel runs: it maps named inputs to named outputs; absent ones are undefined. `T` is the type of tensors.
 * `Attrs` are the kernel's attributes, or the backend's form of them. `Context` is any other value that a backend
 * passes.
 */
export type KernelRun<Name extends KernelName, T, Context = void, Attrs = AttrsOf<Name>> = (
  inputs: InputsOf<Name, T>,
  attrs: Attrs,
  context: Context,
) => OutputsOf<Name, T>;

/** A kernel for callers that know its name only at run time. Its outputs are a list in the contract's order. */
export interface DefinedKernel<T, Context = void> {
  readonly kernelName: KernelName;
  run(inputs: object, attrs: unknown, context: Context): T[];
}

/**
 * Binds an implementation to a kernel of the contract. Its types are checked against the contract's types here. The
 * result has the loose types that TensorFlow.js registers. A backend fixes its `T` and `Context` once:
 *
 * @example
 * const cpuKernel = <Name extends KernelName>(name: Name, run: KernelRun<Name, TensorInfo, CpuBackend>) => defineKernel(name, run);
 */
export function defineKernel<Name extends KernelName, T, Context = void, Attrs = AttrsOf<Name>>(
  kernelName: Name,
  run: KernelRun<Name, T, Context, Attrs>,
): DefinedKernel<T, Context> {
  const declaration = declarationOf(kernelName);
  if (!declaration) {
    const names = Object.keys(contractKernels).join(', ');
    throw new ArgumentError(
      'defineKernel',
      'kernelName',
      `is ${shown(kernelName)}; expected one of ${names}`,
    );
  }
  const { outputs } = declaration;
  const declared = typeof outputs === 'function' ? undefined : outputs.map(({ name }) => name);
  return {
    kernelName,
    run: (inputs, attrs, context) => {
      const made = run(inputs as InputsOf<Name, T>, attrs as Attrs, context) as Record<string, T | undefined>;
      const list: T[] = [];
      for (const name of declared ?? Object.keys(made)) if (made[name] !== undefined) list.push(made[name]);
      if (declared) checkOutputs(kernelName, made, declared);
      return list;
    },
  };
}

/** Refuses surplus outputs, which TypeScript accepts (and a cast hides), so that no output is silently dropped. */
function checkOutputs(kernelName: string, made: object, declared: readonly string[]): void {
  for (const name in made) {
    if (declared.includes(name) || made[name as keyof typeof made] === undefined) continue;
    throw new Error(
      `defineKernel: ${kernelName} returned an output named '${name}'; the contract has ${declared.join(', ')}`,
    );
  }
}
