import type { Variable } from '@tensorflow/tfjs-core';
import { checkOptions, checkValue, kind, sameShape } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { openSafetensors, SafetensorsError, type Source, type TensorFile } from '@unroll/safetensors';
import { checkModule } from '../check-module.ts';
import { type IncompatibleKeys, type LoadStateDictOptions, loadParameters } from '../load-state-dict.ts';
import type { Module } from '../module.ts';
import { readStored, type Stored } from './read-stored.ts';
import { keysByParameter } from './shared-parameters.ts';

const loadKinds = { strict: kind.flag };

const sourceKind: kind.Kind = kind.required({
  expected: 'the bytes of a file, a Blob, a path, or an open file',
  fits: (value) =>
    (typeof value === 'string' && value !== '') || (typeof value === 'object' && value !== null),
});

/**
 * Copies the tensors of a safetensors file into a module's parameters and buffers: all of them, or none where one
 * does not fit. The file may come from `save`, PyTorch or any other tool. Floats of any width and integers become
 * float32, as in PyTorch's `copy_`. Integers become int32 if they are in its range. A parameter that several keys
 * share needs only one of them in the file. Where the file's metadata says that a key shares another key's tensor,
 * that tensor is used.
 *
 * @param source a file's bytes, a `Blob` (a `File`), under Node a path, also to an index of shards, or the result of
 *   `openSafetensors` or `openShards` of `@unroll/safetensors`, which stays open. Only tensors that the module has
 *   parameters for are read.
 * @returns the keys that the file lacks, and those that the module lacks; both are empty for strict loads
 * @throws FormatError where the file is damaged or not a safetensors file; its `cause` is the `SafetensorsError` with the reason
 * @throws CheckpointError where the file does not fit the module: where `strict` and a key is missing or unexpected,
 *   and in any case where   a shape, a dtype or a value does not fit; the message lists all faults
 */
export async function load(
  module: Module,
  source: Source | TensorFile,
  options: LoadStateDictOptions = {},
): Promise<IncompatibleKeys> {
  checkModule('load', module);
  checkValue('load', 'source', source, sourceKind);
  const { strict = true } = checkOptions<LoadStateDictOptions>('load', options, loadKinds);
  try {
    if (isOpen(source)) return await loadFile(module, source, strict);
    const file = await openSafetensors(source);
    try {
      return await loadFile(module, file, strict);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof SafetensorsError) throw new FormatError(`load: ${error.message}`, { cause: error });
    throw error;
  }
}

const isOpen = (source: Source | TensorFile): source is TensorFile =>
  typeof source === 'object' && 'names' in source && 'info' in source;

async function loadFile(module: Module, file: TensorFile, strict: boolean): Promise<IncompatibleKeys> {
  const tensors = new Map<string, Stored>();
  for (const [name, { shape }] of sources(module, file).values()) {
    if (!tensors.has(name) && sameShape(file.info(name).shape, shape))
      tensors.set(name, await file.read(name));
  }
  // Nothing is awaited between here and the assignment, so the checked parameters are the assigned ones.
  const own = module.stateDict();
  const saved: Record<string, Stored> = Object.create(null);
  for (const [key, [name]] of sources(module, file)) saved[key] = tensors.get(name) ?? file.info(name);
  for (const name of file.names) saved[name] ??= file.info(name);
  return loadParameters('load', own, saved, strict, readStored);
}

/** For each of a module's keys that the file has a tensor for: the tensor's name, and the parameter. */
function sources(module: Module, file: TensorFile): ReadonlyMap<string, readonly [string, Variable]> {
  const found = new Map<string, readonly [string, Variable]>();
  for (const [parameter, keys] of keysByParameter(module.stateDict())) {
    for (const key of keys) {
      const name = [key, ...keys, file.metadata.get(key)].find((one) => one !== undefined && file.has(one));
      if (name !== undefined) found.set(key, [name, parameter]);
    }
  }
  return found;
}
