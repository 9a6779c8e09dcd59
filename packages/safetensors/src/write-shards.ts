import { checkOptions, shown } from './check-options.ts';
import type { Named } from './named.ts';
import type { StoredTensor } from './stored-tensor.ts';
import { checkedTensors, fileChunks, type WriteOptions } from './write.ts';

export interface ShardOptions extends WriteOptions {
  /**
   * The greatest number of bytes of tensors in one shard. A larger tensor gets a shard of its own. Default
   * 5,000,000,000, as in Hugging Face's libraries.
   */
  maxShardBytes?: number | undefined;
}

/**
 * Splits tensors into files, in the given order, under Hugging Face's names: `model-00001-of-00003.safetensors` and so
 * on, with their index; or only `model.safetensors` when one file is enough.
 *
 * @returns each file's chunks by its name, the index last; a chunk is the tensor's own bytes, so that nothing is copied
 * @throws like `writeSafetensors`, and TypeError when `maxShardBytes` is not a whole number of at least 1
 */
export function writeShards(
  tensors: Named<StoredTensor>,
  options: ShardOptions = {},
): Map<string, Uint8Array[]> {
  const owner = 'writeShards';
  checkOptions(owner, options, ['maxShardBytes', 'metadata']);
  const { maxShardBytes = 5e9, metadata } = options;
  if (!(Number.isInteger(maxShardBytes) && maxShardBytes >= 1)) {
    throw new TypeError(
      `${owner}: maxShardBytes is ${shown(maxShardBytes)}; expected a whole number of at least 1`,
    );
  }
  const shards = split(checkedTensors(owner, tensors), maxShardBytes);
  const fileOf = (i: number) =>
    shards.length === 1
      ? 'model.safetensors'
      : `model-${fiveDigits(i + 1)}-of-${fiveDigits(shards.length)}.safetensors`;
  const files = new Map(
    shards.map((shard, i) => [fileOf(i), fileChunks(owner, shard, { metadata })] as const),
  );
  if (shards.length > 1) {
    const weightMap = shards.flatMap((shard, i) => shard.map(([name]) => [name, fileOf(i)] as const));
    const bytes = shards.flat().reduce((total, [, { data }]) => total + data.byteLength, 0);
    files.set('model.safetensors.index.json', [indexText(bytes, weightMap)]);
  }
  return files;
}

type Pairs = readonly (readonly [string, StoredTensor])[];

function split(pairs: Pairs, most: number): Pairs[] {
  const shards: (readonly [string, StoredTensor])[][] = [[]];
  let bytes = 0;
  for (const pair of pairs) {
    const { byteLength } = pair[1].data;
    if (bytes + byteLength > most && shards.at(-1)!.length > 0) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(pair);
    bytes += byteLength;
  }
  return shards;
}

/** Writes JSON by hand: an object would move numeric names to the front, and lose `__proto__`. */
function indexText(bytes: number, weightMap: readonly (readonly [string, string])[]): Uint8Array {
  const rows = weightMap.map(([name, file]) => `    ${JSON.stringify(name)}: ${JSON.stringify(file)}`);
  const text = `{\n  "metadata": {\n    "total_size": ${bytes}\n  },\n  "weight_map": {\n${rows.join(',\n')}\n  }\n}\n`;
  return new TextEncoder().encode(text);
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0');
