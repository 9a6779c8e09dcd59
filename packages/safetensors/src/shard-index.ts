import { quoted } from './format-error.ts';
import { MAX_HEADER_BYTES } from './header.ts';
import { type Fault, JsonScanner } from './json-scanner.ts';

/**
 * The `weight_map` of a shard index: each tensor's file.
 *
 * @throws when the index is not JSON with such a map, repeats a tensor, or names a file outside of its own folder
 */
export function parseIndex(bytes: Uint8Array, fault: Fault): ReadonlyMap<string, string> {
  const text = jsonText(bytes, fault);
  const scanner = new JsonScanner(text, 'the index', 'index-syntax', fault);
  let weightMap: ReadonlyMap<string, string> | undefined;
  scanner.object('the index', (key) => {
    if (key === 'weight_map') weightMap = scanner.strings('weight_map', 'the name of a file');
    else scanner.skipValue();
  });
  if (!weightMap) throw fault('index-syntax', 'the index has no weight_map');
  for (const [tensor, file] of weightMap) {
    if (!isInside(file)) {
      throw fault(
        'shard-path',
        `tensor ${quoted(tensor)} is in ${quoted(file)}; expected a file in the index's folder`,
        tensor,
      );
    }
  }
  return weightMap;
}

function jsonText(bytes: Uint8Array, fault: Fault): string {
  if (bytes.byteLength > MAX_HEADER_BYTES) {
    throw fault(
      'index-syntax',
      `the index has ${bytes.byteLength} bytes; expected at most ${MAX_HEADER_BYTES}`,
    );
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    JSON.parse(text);
    return text;
  } catch (error) {
    throw fault('index-syntax', `the index is not JSON: ${(error as Error).message}`);
  }
}

/** Whether a path stays inside its own folder, on any system. */
function isInside(path: string): boolean {
  return (
    !/[\\:\0]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}
