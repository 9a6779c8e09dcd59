import { kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError } from '@unroll/backend/errors';
import { encode } from 'fast-png';

/** An image's numbers, row by row, with the channels of a pixel adjacent. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Grey, grey with alpha, RGB, RGB with alpha */
  readonly channels: 1 | 2 | 3 | 4;
  /** Of length height · width · channels: bytes, or floats, which are clamped to [0, 1] and rounded to bytes. */
  readonly data: Uint8Array | Uint8ClampedArray | Float32Array;
}

/** A PNG file, with the size and channels from its header. */
export interface EncodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly png: Uint8Array;
}

const isPixels = (value: unknown): value is Pixels => {
  if (!kind.record.fits(value)) return false;
  const { width, height, channels, data } = value as Partial<Pixels>;
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  return (
    kind.whole(1).fits(width) &&
    kind.whole(1).fits(height) &&
    kind.whole(1, 4).fits(channels) &&
    (bytes || data instanceof Float32Array)
  );
};

/**
 * Encodes pixels as a PNG file, or accepts a PNG file as it is.
 *
 * @throws when the image is neither, or the data has another length
 */
export function encodedImage(owner: string, image: Pixels | Uint8Array): EncodedImage {
  if (image instanceof Uint8Array) return pngHead(owner, image);
  if (!isPixels(image)) {
    const expected = 'a PNG file’s bytes, or { width, height, channels, data: Uint8Array or Float32Array }';
    throw new ArgumentError(owner, 'image', `is no image; expected ${expected}`);
  }
  const { width, height, channels, data } = image;
  if (data.length !== width * height * channels) {
    const fault = `has ${data.length} numbers; expected height · width · channels = ${width * height * channels}`;
    throw new ArgumentError(owner, 'image.data', fault);
  }
  const bytes = data instanceof Float32Array ? Uint8ClampedArray.from(data, (value) => 255 * value) : data;
  try {
    return { width, height, channels, png: encode({ width, height, channels, data: bytes, depth: 8 }) };
  } catch (error) {
    throw new ArgumentError(owner, 'image', `cannot be written as PNG: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Number of channels by colour type: grey, RGB, palette, grey with alpha, RGB with alpha. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

function pngHead(owner: string, png: Uint8Array): EncodedImage {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const channels = png.length > 25 ? CHANNELS[png[25]!] : undefined;
  if (!channels || SIGNATURE.some((byte, i) => png[i] !== byte)) {
    throw new ArgumentError(owner, 'image', `has ${png.length} bytes that are no PNG file`);
  }
  return { width: view.getUint32(16), height: view.getUint32(20), channels, png };
}
