import { ArgumentError } from '@unroll/backend/errors';
import type { CreateTrainer } from './serve-training.ts';

/** The name under which a module exports what makes its trainer. */
const EXPORT = 'createTrainer';

/** What makes the trainer, of a module by its address. */
export async function creatorIn(module: string | undefined): Promise<CreateTrainer> {
  // Bundlers leave the import as it is: the address is known when the program runs.
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
