import { engine } from '@tensorflow/tfjs-core';

/** The name of the innermost `tf.tidy` under way: an operation's is `name__op`. '' where there is none, or it has none. */
export const scopeName = (): string => engine().state.activeScope?.name ?? '';
