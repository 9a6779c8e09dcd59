import { clone, dispose, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type StoredTensor, writeSafetensors, writeSafetensorsFile } from '@unroll/safetensors';
import { checkModule } from '../check-module.ts';
import type { Module } from '../module.ts';
import { keysByParameter } from './shared-parameters.ts';

export interface SaveOptions {
  /** Free text by name, for readers of the file. Default `{ format: 'pt' }`, which Hugging Face's readers require. */
  metadata?: Readonly<Record<string, string>> | undefined;
}

const saveKinds = {
  metadata: {
    expected: 'an object of strings',
    fits: (value: unknown) => kind.record.fits(value) && Object.values(value as object).every(isString),
  },
};

const isString = (value: unknown): value is string => typeof value === 'string';

const isPath = (value: unknown): value is string | URL => isString(value) || value instanceof URL;

/**
 * A module's present parameters and buffers as a safetensors file, under PyTorch's keys. A variable that several keys
 * share is written once, under its first key. For each other key, the metadata names that first key, in the form that
 * `safetensors.torch.save_model` writes and `load_model` reads.
 *
 * @example
 * const bytes = await nn.save(model);          // Uint8Array
 * await nn.save(model, 'model.safetensors');   // under Node
 *
 * @throws ArgumentError where a variable is disposed, or a dtype is neither float32, int32 nor bool
 */
export function save(module: Module, options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>>;
/**
 * Writes the same to a file, under Node. It writes a temporary file beside it, which then replaces the older file, so
 * the older file stays whole until then.
 *
 * @param path a path or `file:` URL; errors of the file system pass through
 */
export function save(module: Module, path: string | URL, options?: SaveOptions): Promise<void>;
export async function save(
  module: Module,
  pathOrOptions: string | URL | SaveOptions = {},
  optionsOfPath: SaveOptions = {},
): Promise<unknown> {
  const path = isPath(pathOrOptions) ? pathOrOptions : undefined;
  const options = isPath(pathOrOptions) ? optionsOfPath : pathOrOptions;
  checkModule('save', module);
  const { metadata: given = {} } = checkOptions<SaveOptions>('save', options, saveKinds);
  const keys = [...keysByParameter(module.stateDict())];
  const aliases = keys.flatMap(([, [first, ...others]]) => others.map((other) => [other, first] as const));
  const metadata = new Map([['format', 'pt'], ...aliases, ...Object.entries(given)]);
  return readingParameters(
    keys.map(([parameter, [key]]) => [key, parameter]),
    async (tensors) => {
      if (path === undefined) return writeSafetensors(tensors, { metadata });
      await writeSafetensorsFile(path, tensors, { metadata });
      return undefined;
    },
  );
}

/**
 * Calls `write` with the parameters' present values, whatever is assigned to them meanwhile. It leaves no tensor
 * behind.
 */
async function readingParameters<T>(
  parameters: readonly (readonly [string, Variable])[],
  write: (tensors: readonly (readonly [string, StoredTensor])[]) => Promise<T>,
): Promise<T> {
  for (const [key, { isDisposed, dtype }] of parameters) {
    if (isDisposed)
      throw new ArgumentError('save', 'module', `has the parameter '${key}', which is disposed`);
    if (!Object.hasOwn(stored, dtype)) {
      throw new ArgumentError(
        'save',
        'module',
        `has the parameter '${key}' of ${dtype}; expected float32, int32 or bool`,
      );
    }
  }
  const copies = parameters.map(([, parameter]) => keep(clone<Tensor>(parameter)));
  try {
    // All reads have ended before a copy is disposed, even if one of them fails.
    const reads = await Promise.allSettled(copies.map((copy) => copy.data()));
    const tensors = reads.map((read, i) => {
      if (read.status === 'rejected') throw read.reason;
      const { shape, dtype } = copies[i]!;
      return [parameters[i]![0], stored[dtype as keyof typeof stored](shape, read.value)] as const;
    });
    return await write(tensors);
  } finally {
    dispose(copies);
  }
}

type Values = Float32Array | Int32Array | Uint8Array;

/** A tensor in the form of the file, by TensorFlow.js's dtype. */
const stored = {
  float32: (shape: readonly number[], data: Values): StoredTensor => ({
    dtype: 'F32',
    shape,
    data: data instanceof Float32Array ? data : new Float32Array(data),
  }),
  int32: (shape: readonly number[], data: Values): StoredTensor => ({
    dtype: 'I32',
    shape,
    data: data instanceof Int32Array ? data : new Int32Array(data),
  }),
  bool: (shape: readonly number[], data: Values): StoredTensor => ({
    dtype: 'BOOL',
    shape,
    data: data instanceof Uint8Array ? data : new Uint8Array(data),
  }),
};
