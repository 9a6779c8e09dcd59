import { checkValue } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import type { Checkpoint, CheckpointSummary } from './checkpoint.ts';
import { type FileSum, type Files, MANIFEST, type Manifest, parseManifest } from './manifest.ts';
import { nameKind, stepOf } from './names.ts';
import { sha256 } from './sha256.ts';
import type { CheckpointStore } from './store.ts';
import { inStore, StoreError } from './store-error.ts';
import { storeKind } from './store-kind.ts';
import { TRAINING, tensorsOf, WEIGHTS } from './tensor-files.ts';

/**
 * Reads a checkpoint and verifies every file's length and SHA-256.
 *
 * @throws FormatError when there is no checkpoint of this name, or it is damaged or of a newer version of the format;
 *   the message names the checkpoint, the file and the fault
 * @throws StoreError when the store cannot be read
 */
export async function readCheckpoint(store: CheckpointStore, name: string): Promise<Checkpoint> {
  const { manifest, files } = await open('readCheckpoint', store, name);
  const contents = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const [file, sum] of files) contents.set(file, await wholeFile(store, name, file, sum));
  const taken = (file: string): Uint8Array<ArrayBuffer> => {
    const bytes = contents.get(file);
    if (!bytes) throw new FormatError(`${subjectOf(store, name)}: ${MANIFEST} is damaged: it has no ${file}`);
    contents.delete(file);
    return bytes;
  };
  const tensorsIn = (file: string, bytes: Uint8Array) =>
    tensorsOf(bytes, (words, cause) => {
      const message = `${subjectOf(store, name)}: ${file} is no safetensors file: ${words}`;
      return new FormatError(message, { cause });
    });
  const weights = taken(WEIGHTS);
  tensorsIn(WEIGHTS, weights);
  const tensors = tensorsIn(TRAINING, taken(TRAINING));
  return { name, ...manifest, weights, tensors, files: contents };
}

/**
 * Reads a checkpoint's manifest. It neither reads nor checks the tensors.
 *
 * @throws like `readCheckpoint`, for the manifest alone
 */
export async function readSummary(store: CheckpointStore, name: string): Promise<CheckpointSummary> {
  const { manifest } = await open('readSummary', store, name);
  return { name, ...manifest };
}

async function open(
  owner: string,
  store: CheckpointStore,
  name: string,
): Promise<{ readonly manifest: Manifest; readonly files: Files }> {
  checkValue(owner, 'store', store, storeKind);
  checkValue(owner, 'name', name, nameKind);
  const bytes = await bytesOf(store, name, MANIFEST);
  if (!bytes) throw await missing(store, name);
  const opened = await parseManifest(bytes, subjectOf(store, name));
  const step = stepOf(name);
  if (step !== undefined && step !== opened.manifest.step) {
    throw new FormatError(
      `${subjectOf(store, name)}: ${MANIFEST} is that of step ${opened.manifest.step}: another checkpoint's`,
    );
  }
  return opened;
}

async function missing(store: CheckpointStore, name: string): Promise<FormatError> {
  const names = await inStore(store, undefined, 'listed', () => store.list());
  if (names.includes(name)) return new FormatError(`${subjectOf(store, name)}: ${MANIFEST} is missing`);
  const others = names.length === 0 ? 'the store is empty' : `there are ${names.toSorted().join(', ')}`;
  return new FormatError(`${store.location}: there is no checkpoint '${name}'; ${others}`);
}

async function wholeFile(
  store: CheckpointStore,
  name: string,
  file: string,
  { bytes: size, sha256: sum }: FileSum,
): Promise<Uint8Array<ArrayBuffer>> {
  const fail = (words: string) => new FormatError(`${subjectOf(store, name)}: ${file} ${words}`);
  const bytes = await bytesOf(store, name, file);
  if (!bytes) throw fail('is missing');
  if (bytes.length !== size) throw fail(`has ${bytes.length} bytes; ${MANIFEST} says ${size}`);
  if ((await sha256(bytes)) !== sum) throw fail(`is damaged: its SHA-256 is not what ${MANIFEST} says`);
  return bytes;
}

/** Error codes of a file that mean a damaged checkpoint in a working store. */
const damages: Readonly<Record<string, string>> = {
  EIO: 'cannot be read from the disk',
  EISDIR: 'is a folder; expected a file',
  ENOTDIR: 'is missing: the checkpoint is no folder',
  ELOOP: 'is a link that leads to itself',
};

/**
 * A file's bytes. When the disk cannot return them, or the path is not a file, the checkpoint is damaged, provided that
 * the store itself can be listed.
 */
async function bytesOf(
  store: CheckpointStore,
  name: string,
  file: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return await inStore(store, name, 'read', () => store.read(name, file));
  } catch (error) {
    const code = error instanceof StoreError ? error.code : undefined;
    if (code === undefined || !Object.hasOwn(damages, code)) throw error;
    await inStore(store, undefined, 'listed', () => store.list());
    throw new FormatError(`${subjectOf(store, name)}: ${file} ${damages[code]}`, { cause: error });
  }
}

const subjectOf = ({ location }: CheckpointStore, name: string): string =>
  `${location}: checkpoint '${name}'`;
