import { ArgumentError } from '@unroll/backend/errors';
import type { CreateTrainer } from './serve-training.ts';

/** The name under which a module exports the function that makes its trainer. */
const EXPORT = 'createTrainer';

/** Imports a module and returns its function that makes the trainer. */
export async function creatorIn(module: string | undefined): Promise<CreateTrainer> {
  // The comments make bundlers keep this import: the address is known only when the program runs.
  const exported = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module!)) as Record<
    string,
    unknown
  >;
  const create = exported[EXPORT];
  if (typeof create === 'function') return create as CreateTrainer;
  throw new ArgumentError('trainInWorker', 'module', undefined, {
    sentence: `${module} exports no function ${EXPORT}; it exports ${Object.keys(exported).join(', ') || 'nothing'}`,
  });
}
