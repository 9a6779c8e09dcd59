import { checkOptions, checkValue, kind } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { writeSafetensors } from '@unroll/safetensors';
import type { CheckpointContent } from './checkpoint.ts';
import { toPlainJson } from './json.ts';
import { type FileSum, MANIFEST, MAX_BYTES, manifestBytes } from './manifest.ts';
import { checkpointName, isName, nameKind } from './names.ts';
import { recordOf } from './record-of.ts';
import { sha256 } from './sha256.ts';
import type { CheckpointStore } from './store.ts';
import { inStore } from './store-error.ts';
import { storeKind } from './store-kind.ts';
import { TRAINING, tensorsOf, WEIGHTS } from './tensor-files.ts';

const owner = 'writeCheckpoint';

const bytesKind: kind.Kind = {
  expected: 'a Uint8Array',
  fits: (value) => value instanceof Uint8Array,
};

const mapKind: kind.Kind = { expected: 'a Map', fits: (value) => value instanceof Map };

const kinds = {
  step: kind.required(kind.whole(0, Number.MAX_SAFE_INTEGER)),
  epoch: kind.required(kind.whole(0, Number.MAX_SAFE_INTEGER)),
  metrics: recordOf('numbers by name', (value) => typeof value === 'number'),
  state: kind.anything,
  versions: recordOf('strings by name', (value) => typeof value === 'string'),
  weights: kind.required(bytesKind),
  tensors: mapKind,
  files: mapKind,
};

/**
 * Writes a checkpoint, completely or not at all. Once it resolves, the checkpoint survives the end of the process and,
 * as far as the store can ensure, a power cut. Float tensors are stored to the bit, including NaNs and the sign of
 * zero.
 *
 * @returns the checkpoint's name: `step-00000100`. An existing checkpoint of that name is replaced.
 * @throws ArgumentError when a checkpoint cannot hold a value; the error names it
 * @throws StoreError when the store could not write it; the existing checkpoints are unchanged
 */
export async function writeCheckpoint(store: CheckpointStore, content: CheckpointContent): Promise<string> {
  checkValue(owner, 'store', store, storeKind);
  const { step, epoch, metrics, state, versions, ...tensors } = checkOptions<CheckpointContent>(
    owner,
    content,
    kinds,
  );
  const plain = toPlainJson(state ?? null, 'state', (path, fault) => new ArgumentError(owner, path, fault));
  const contents = contentsOf(tensors);
  const sums = new Map<string, FileSum>();
  for (const [file, bytes] of contents) sums.set(file, { bytes: bytes.length, sha256: await sha256(bytes) });
  const manifest = {
    step,
    epoch,
    metrics: metrics ?? {},
    state: plain,
    versions: versions ?? {},
    written: new Date().toISOString(),
  };
  const bytes = await manifestBytes(manifest, sums);
  if (bytes.length > MAX_BYTES) {
    const words = `makes a manifest of ${bytes.length} bytes; expected at most ${MAX_BYTES}`;
    throw new ArgumentError(owner, 'state', words);
  }
  const name = checkpointName(step);
  await inStore(store, name, 'written', () => store.write(name, contents.set(MANIFEST, bytes)));
  return name;
}

/** All files except the manifest. */
function contentsOf({
  weights,
  tensors,
  files,
}: Pick<CheckpointContent, 'weights' | 'tensors' | 'files'>): Map<string, Uint8Array<ArrayBuffer>> {
  tensorsOf(
    weights,
    (words, cause) => new ArgumentError(owner, 'weights', `is no safetensors file: ${words}`, { cause }),
  );
  const contents = new Map([
    [WEIGHTS, weights],
    [TRAINING, writeSafetensors(tensors ?? new Map())],
  ]);
  for (const [file, bytes] of files ?? []) {
    if (!isName(file) || file === MANIFEST || contents.has(file)) {
      const words = `has the name '${file}'; expected ${nameKind.expected}, and no name of the checkpoint's own`;
      throw new ArgumentError(owner, 'files', words);
    }
    checkValue(owner, `files '${file}'`, bytes, kind.required(bytesKind));
    contents.set(file, bytes);
  }
  return contents;
}
