import { clone, dispose, keep, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { checkOptions, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { type StoredTensor, writeSafetensors, writeSafetensorsFile } from '@unroll/safetensors';
import { checkModule } from '../check-module.ts';
import type { Module } from '../module.ts';
import { keysByParameter } from './shared-parameters.ts';

export interface SaveOptions {
  /** Free text by name, for whoever reads the file. Default `{ format: 'pt' }`, which Hugging Face's readers ask for. */
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
 * A module's parameters and buffers as a safetensors file, under the keys that PyTorch gives them, as they are now. One that
 * several keys share comes once, under the first of them; the metadata says of each other key which one that is, as
 * `safetensors.torch.save_model` writes it and `load_model` reads it.
 *
 * @example
 * const bytes = await nn.save(model);          // Uint8Array
 * await nn.save(model, 'model.safetensors');   // under Node
 *
 * @throws ArgumentError where one is disposed, or a dtype is neither float32, int32 nor bool
 */
export function save(module: Module, options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>>;
/**
 * Writes the same to a file, under Node: to a temporary one beside it, which then takes its place, so that an older file stays
 * whole until then.
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

/** Calls `write` with parameters as they are now, whatever is assigned to them meanwhile; leaves no tensor behind. */
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
    // All reads have ended before a copy is disposed, also where one of them fails.
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

/** A tensor as a file holds it, by TensorFlow.js's dtype. */
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
