import { FormatError } from '@unroll/backend/errors';

/** A size that stands in another place of RF64 files, which may be over 4 GiB. */
const ELSEWHERE = 0xffff_ffff;

/**
 * Refuses a file that ends before its samples do, of which the library reads what is there.
 *
 * @throws FormatError also where there is no RIFF header, or no samples
 */
export function checkWholeWav(name: string, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  const container = word(0);
  if (!['RIFF', 'RIFX', 'RF64'].includes(container) || word(8) !== 'WAVE') {
    throw new FormatError(
      `readWav: ${name} is no WAV file; expected its first bytes to be RIFF, a size and WAVE`,
    );
  }
  for (let at = 12; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, container !== 'RIFX');
    const left = bytes.length - at - 8;
    if (word(at) === 'data') {
      if (size <= left || (container === 'RF64' && size === ELSEWHERE)) return;
      throw new FormatError(
        `readWav: ${name} is cut off: its samples take ${size} bytes, and ${left} are there`,
      );
    }
    at += 8 + size + (size % 2);
  }
  throw new FormatError(`readWav: ${name} has no data chunk, and so no samples`);
}
