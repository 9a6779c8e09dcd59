import { engine } from '@tensorflow/tfjs-core';

/** TensorFlow.js's name for a `tf.tidy` without a name. */
const UNNAMED = 'unnamed scope';

const SUFFIX = '__op';

/** The name of the innermost `tf.tidy` or operation under way. '' if there is no scope or it has no name. */
export function scopeName(): string {
  const name = innermost();
  return name === UNNAMED ? '' : operationName() || name;
}

/** The name of the operation under way, as a program calls it: `matMul`. '' if the innermost scope belongs to no operation. */
export function operationName(): string {
  const name = innermost();
  return name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : '';
}

const innermost = (): string => engine().state.activeScope?.name ?? '';
