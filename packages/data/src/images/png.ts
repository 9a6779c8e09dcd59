import { checkOptions, checkValue, kind, messageOf } from '@unroll/backend/checks';
import { ArgumentError, FormatError } from '@unroll/backend/errors';
import { convertIndexedToRgb, type DecodedPng, decode, encode } from 'fast-png';
import { bytes as isBytes } from '../kinds.ts';

/** Grey, grey with alpha, RGB, RGB with alpha. */
export type Channels = 1 | 2 | 3 | 4;

/** An image's numbers, row by row, with the channels of a pixel adjacent. `stacked()` accepts it. */
export interface Image {
  /** In [0, 1] */
  readonly data: Float32Array;
  /** `[height, width, channels]` */
  readonly shape: readonly [number, number, Channels];
}

export interface ReadPngOptions {
  /**
   * Channels of the result. Grey is 0.299·R + 0.587·G + 0.114·B (ITU-R BT.601, as Pillow's `L`). Alpha is dropped, or
   * set to 1 when the file has none. Default: the file's channels, or those of the palette's colours.
   */
  channels?: Channels | undefined;
  /** The file's name in errors. Default `'PNG'`. */
  name?: string | undefined;
}

const isChannels = { ...kind.whole(1, 4), expected: '1, 2, 3 or 4' };
const isImage = kind.required({
  expected: 'an image, { data: a Float32Array, shape: [height, width, channels] }',
  fits: (value) =>
    kind.record.fits(value) &&
    (value as Partial<Image>).data instanceof Float32Array &&
    Array.isArray((value as Partial<Image>).shape),
});
const kinds = { channels: isChannels, name: kind.text };

/**
 * Reads a PNG file of any kind: grey, RGB or palette, 1 to 16 bits, interlaced or not.
 *
 * @throws FormatError when the bytes are not a PNG file, or are damaged
 *
 * @example
 * const images = map(files, async (file) => readPng(await readFile(file), { channels: 1 }));
 */
export function readPng(bytes: Uint8Array, options: ReadPngOptions = {}): Image {
  const { channels, name = 'PNG' } = checkOptions('readPng', options, kinds);
  checkValue('readPng', 'bytes', bytes, kind.required(isBytes));
  const image = decoded(name, bytes);
  return channels === undefined ? image : withChannels(image, channels);
}

function decoded(name: string, bytes: Uint8Array): Image {
  try {
    const png = decode(bytes, { checkCrc: true });
    if (png.width > 0 && png.height > 0) return toImage(png);
    throw new Error(`it is ${png.width} pixels wide and ${png.height} high`);
  } catch (error) {
    throw new FormatError(`readPng: ${name} is no PNG file that can be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function toImage(png: DecodedPng): Image {
  const { width, height, depth, transparency } = png;
  const pixels = width * height;
  const samples = png.palette ? convertIndexedToRgb(png) : depth < 8 ? unpacked(png) : png.data;
  const full = png.palette ? 255 : 2 ** depth - 1;
  const channels = samples.length / pixels;
  const data = Float32Array.from(samples, (sample) => sample / full);
  if (!transparency || png.palette) return { data, shape: [height, width, channels as Channels] };
  const isTransparent = (pixel: number) =>
    transparency.every((sample, channel) => samples[pixel * channels + channel] === sample);
  const withAlpha = new Float32Array(pixels * (channels + 1));
  for (let pixel = 0; pixel < pixels; pixel++) {
    withAlpha.set(data.subarray(pixel * channels, (pixel + 1) * channels), pixel * (channels + 1));
    withAlpha[pixel * (channels + 1) + channels] = isTransparent(pixel) ? 0 : 1;
  }
  return { data: withAlpha, shape: [height, width, (channels + 1) as Channels] };
}

/** Unpacks samples of 1, 2 or 4 bits. Each row begins at a byte. */
function unpacked({ width, height, depth, data }: DecodedPng): Uint8Array {
  const rowBytes = Math.ceil((width * depth) / 8);
  return Uint8Array.from({ length: width * height }, (_, pixel) => {
    const bit = (pixel % width) * depth;
    const byte = data[Math.floor(pixel / width) * rowBytes + (bit >> 3)]!;
    return (byte >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
  });
}

function withChannels({ data, shape: [height, width, had] }: Image, channels: Channels): Image {
  if (channels === had) return { data, shape: [height, width, had] };
  const converted = new Float32Array(height * width * channels);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const from = data.subarray(pixel * had, (pixel + 1) * had);
    const [red, green, blue] =
      had < 3 ? [from[0]!, from[0]!, from[0]!] : (from as unknown as [number, number, number]);
    const alpha = had % 2 === 0 ? from[had - 1]! : 1;
    const colours = channels < 3 ? [0.299 * red + 0.587 * green + 0.114 * blue] : [red, green, blue];
    converted.set(channels % 2 === 0 ? [...colours, alpha] : colours, pixel * channels);
  }
  return { data: converted, shape: [height, width, channels] };
}

/**
 * Writes an image as a PNG file of 8 bits, for example an attention map.
 *
 * @param image numbers in [0, 1]; other numbers are clamped
 */
export function writePng(image: Image): Uint8Array {
  checkValue('writePng', 'image', image, isImage);
  const { data, shape } = image;
  const [height, width, channels] = shape;
  checkValue('writePng', 'channels', channels, kind.required(isChannels));
  if (data.length !== height * width * channels) {
    throw new ArgumentError(
      'writePng',
      'image',
      `has ${data.length} numbers; its shape [${shape}] takes ${height * width * channels}`,
    );
  }
  const samples = Uint8ClampedArray.from(data, (value) => value * 255);
  return encode({ width, height, channels, depth: 8, data: samples });
}
