import { engine } from '@tensorflow/tfjs-core';

/** The name of the innermost `tf.tidy` under way, as its caller gave it; '' where there is none. */
export const scopeName = (): string => engine().state.activeScope?.name ?? '';
