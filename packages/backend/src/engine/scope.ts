import { engine } from '@tensorflow/tfjs-core';

/** What TensorFlow.js calls a `tf.tidy` that was given no name. */
const UNNAMED = 'unnamed scope';

const SUFFIX = '__op';

/** The name of the innermost `tf.tidy` or operation under way. '' where there is none, or it has none. */
export function scopeName(): string {
  const name = innermost();
  if (name === UNNAMED) return '';
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
}

/** The name of the operation under way, as a program calls it: `matMul`. '' where the innermost scope is none of an operation. */
export function operationName(): string {
  const name = innermost();
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
}

const innermost = (): string => engine().state.activeScope?.name ?? '';
