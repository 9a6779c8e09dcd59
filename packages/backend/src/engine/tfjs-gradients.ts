/*
 * Registers the gradients of tfjs-core's kernels, which its main entry leaves out. Bundlers resolve this module, and so
 * share tfjs-core's modules with the program's own import; Node cannot load tfjs's extension-less imports and gets
 * tfjs-gradients.node.js instead, the same modules in one file. Registry and engine are process-wide either way.
 *
 * The main entry comes first: it registers the flags that registering a gradient reads, and a program may import this package alone.
 */
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
