/*
 * Registers the gradients of tfjs-core's kernels, which its main entry omits. Bundlers resolve this module, so it
 * shares tfjs-core's modules with the program's own import. Node cannot load tfjs's imports without file extensions; it
 * loads tfjs-gradients.node.js, which contains the same modules in one file. Both share the process-wide registry and
 * engine.
 *
 * The main entry is imported first, because registering a gradient reads its flags, and a program may import this
 * package alone.
 */
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
