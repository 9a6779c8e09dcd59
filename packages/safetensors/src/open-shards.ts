import { asBytes } from './as-bytes.ts';
import { namedSource, type Source } from './byte-source.ts';
import { shown } from './check-options.ts';
import { quoted } from './format-error.ts';
import type { Fault } from './json-scanner.ts';
import { nodeFiles } from './node-files.ts';
import { faultOf, type OpenFile, openFile } from './open-file.ts';
import { parseIndex } from './shard-index.ts';
import type { StoredTensor, TensorInfo } from './stored-tensor.ts';
import { type TensorFile, unknownTensor } from './tensor-file.ts';

/**
 * Opens the shards of an index in Hugging Face's form, and presents them as one file. Tensors of the shards that the
 * index does not name can be read as well.
 *
 * @param index the index's bytes
 * @param open returns the source of a shard by its name, such as a `Blob`; called once for each shard
 * @throws SafetensorsError when the index or a shard is damaged, a shard cannot be opened (`missing-shard`, with the
 *   reason as its cause) or is outside of the index's folder, or a tensor is missing in its shard or is in two shards
 * @throws TypeError when `index` is not bytes or `open` is not a function
 */
export async function openShards(
  index: Uint8Array | ArrayBuffer | Blob,
  open: (file: string) => Source | Promise<Source>,
): Promise<TensorFile> {
  const bytes = await indexBytes(index);
  if (typeof open !== 'function') {
    throw new TypeError(
      `openShards: open is ${shown(open)}; expected a function that gives a shard's source by its name`,
    );
  }
  return openAll(bytes, open, faultOf(undefined));
}

/** Opens the shards of an index by its path. */
export async function openIndex(path: string | URL): Promise<TensorFile> {
  const bytes = await nodeFiles('openSafetensors').readFile(path);
  const folder = path instanceof URL ? undefined : (/^.*[\\/]/s.exec(path)?.[0] ?? '');
  const beside = (file: string) =>
    folder === undefined ? new URL(file.split('/').map(encodeURIComponent).join('/'), path) : folder + file;
  return openAll(bytes, beside, faultOf(String(path)));
}

async function indexBytes(index: Uint8Array | ArrayBuffer | Blob): Promise<Uint8Array> {
  const bytes = asBytes(index instanceof Blob ? await index.arrayBuffer() : index);
  if (bytes) return bytes;
  throw new TypeError(
    `openShards: index is ${shown(index)}; expected its bytes: a Uint8Array, an ArrayBuffer or a Blob`,
  );
}

async function openAll(
  index: Uint8Array,
  open: (file: string) => Source | Promise<Source>,
  fault: Fault,
): Promise<TensorFile> {
  const weightMap = parseIndex(index, fault);
  const shards = new Map<string, OpenFile>();
  try {
    for (const file of new Set(weightMap.values())) shards.set(file, await openShard(file, open, fault));
    return new OpenShards(shards, placesOf(shards, weightMap, fault));
  } catch (error) {
    for (const shard of shards.values()) await shard.close();
    throw error;
  }
}

async function openShard(
  file: string,
  open: (file: string) => Source | Promise<Source>,
  fault: Fault,
): Promise<OpenFile> {
  let named: Awaited<ReturnType<typeof namedSource>>;
  try {
    named = await namedSource('openShards', await open(file));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw fault('missing-shard', `shard ${quoted(file)} cannot be opened: ${why}`, undefined, cause);
  }
  return openFile({ ...named, name: named.name ?? file });
}

/** The shard of each tensor. */
function placesOf(
  shards: ReadonlyMap<string, OpenFile>,
  weightMap: ReadonlyMap<string, string>,
  fault: Fault,
): ReadonlyMap<string, OpenFile> {
  const places = new Map<string, OpenFile>();
  const files = new Map<string, string>();
  for (const [file, shard] of shards) {
    for (const name of shard.names) {
      const other = files.get(name);
      if (other !== undefined) {
        const words = `tensor ${quoted(name)} is in two shards, ${quoted(other)} and ${quoted(file)}`;
        throw fault('tensor-in-two-shards', words, name);
      }
      files.set(name, file);
      places.set(name, shard);
    }
  }
  for (const [name, file] of weightMap) {
    if (files.get(name) !== file) {
      const words = `tensor ${quoted(name)} is not in ${quoted(file)}, where the index says that it is`;
      throw fault('missing-tensor', words, name);
    }
  }
  return places;
}

/** Several open files, presented as one. */
class OpenShards implements TensorFile {
  readonly names: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
  readonly #shards: readonly OpenFile[];
  readonly #places: ReadonlyMap<string, OpenFile>;

  constructor(shards: ReadonlyMap<string, OpenFile>, places: ReadonlyMap<string, OpenFile>) {
    this.#shards = [...shards.values()];
    this.#places = places;
    this.names = [...places.keys()];
    this.metadata = new Map(this.#shards.toReversed().flatMap(({ metadata }) => [...metadata]));
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  info(name: string): TensorInfo {
    return this.#shardOf('info', name).info(name);
  }

  async read(name: string): Promise<StoredTensor> {
    return this.#shardOf('read', name).read(name);
  }

  async readRows(name: string, begin: number, end: number): Promise<StoredTensor> {
    return this.#shardOf('readRows', name).readRows(name, begin, end);
  }

  #shardOf(owner: string, name: string): OpenFile {
    const shard = this.#places.get(name);
    if (!shard) throw unknownTensor(owner, name, this.names);
    return shard;
  }

  async close(): Promise<void> {
    for (const shard of this.#shards) await shard.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
