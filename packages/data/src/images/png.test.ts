import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { type Channels, readPng, writePng } from '../images.ts';

const pixels = (bits: number, ...data: number[]) =>
  bits === 16 ? Uint16Array.from(data) : Uint8Array.from(data);
const rounded = (data: Float32Array) => Array.from(data, (value) => Math.round(value * 1e4) / 1e4);

/** Adds a chunk after the header that makes a colour transparent. */
function withTransparency(bytes: Uint8Array, colour: readonly number[]): Uint8Array {
  const chunk = Buffer.alloc(12 + 2 * colour.length);
  chunk.writeUInt32BE(2 * colour.length, 0);
  chunk.write('tRNS', 4, 'latin1');
  for (const [index, sample] of colour.entries()) chunk.writeUInt16BE(sample, 8 + 2 * index);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  const afterHeader = 8 + 25;
  return Buffer.concat([bytes.subarray(0, afterHeader), chunk, bytes.subarray(afterHeader)]);
}

describe('a PNG file', () => {
  it('is read as numbers between 0 and 1, as rows of pixels of channels', () => {
    const rgb = readPng(
      encode({ width: 2, height: 1, channels: 3, data: pixels(8, 255, 0, 51, 0, 102, 255) }),
    );
    expect(rgb.shape).toEqual([1, 2, 3]);
    expect(rounded(rgb.data)).toEqual([1, 0, 0.2, 0, 0.4, 1]);
    const deep = readPng(
      encode({ width: 1, height: 2, channels: 1, depth: 16, data: pixels(16, 65535, 13107) }),
    );
    expect(deep.shape).toEqual([2, 1, 1]);
    expect(rounded(deep.data)).toEqual([1, 0.2]);
  });

  it('with a palette has the palette’s colours', () => {
    const palette: [number, number, number][] = [
      [255, 0, 0],
      [0, 255, 0],
    ];
    const image = readPng(
      encode({ width: 2, height: 1, channels: 1, depth: 8, palette, data: pixels(8, 1, 0) }),
    );
    expect(image.shape).toEqual([1, 2, 3]);
    expect(rounded(image.data)).toEqual([0, 1, 0, 1, 0, 0]);
  });

  it('of single bits is read bit by bit, and each row begins at a byte', () => {
    const data = pixels(8, 0b10100000, 0b01000000);
    const image = readPng(encode({ width: 3, height: 2, channels: 1, depth: 1, data }));
    expect(image.shape).toEqual([2, 3, 1]);
    expect([...image.data]).toEqual([1, 0, 1, 0, 1, 0]);
  });

  it('with a transparent colour has an alpha channel', () => {
    const png = (width: number, channels: number, key: number[], data: number[]) =>
      readPng(withTransparency(encode({ width, height: 1, channels, data: pixels(8, ...data) }), key));
    const grey = png(2, 1, [51], [51, 255]);
    expect(grey.shape).toEqual([1, 2, 2]);
    expect(rounded(grey.data)).toEqual([0.2, 0, 1, 1]);
    const rgb = png(3, 3, [255, 0, 0], [255, 0, 0, 255, 0, 255, 0, 0, 0]);
    expect(rgb.shape).toEqual([1, 3, 4]);
    expect(rounded(rgb.data)).toEqual([1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 0, 1]);
  });

  it('has the requested number of channels', () => {
    const grey = encode({ width: 1, height: 1, channels: 1, data: pixels(8, 51) });
    const rgba = encode({ width: 1, height: 1, channels: 4, data: pixels(8, 255, 0, 0, 128) });
    const read = (bytes: Uint8Array, channels: Channels) => rounded(readPng(bytes, { channels }).data);
    expect(read(grey, 2)).toEqual([0.2, 1]);
    expect(read(grey, 3)).toEqual([0.2, 0.2, 0.2]);
    expect(read(grey, 4)).toEqual([0.2, 0.2, 0.2, 1]);
    expect(read(rgba, 1)).toEqual([0.299]);
    expect(read(rgba, 2)).toEqual([0.299, 0.502]);
    expect(read(rgba, 3)).toEqual([1, 0, 0]);
    expect(read(rgba, 4)).toEqual([1, 0, 0, 0.502]);
  });

  it('is read as it was written, to 8 bits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<Channels>(1, 2, 3, 4),
        fc.nat(),
        (height, width, channels, start) => {
          const data = Float32Array.from(
            { length: height * width * channels },
            (_, i) => ((start + i * 37) % 256) / 255,
          );
          const image = readPng(writePng({ data, shape: [height, width, channels] }));
          expect(image.shape).toEqual([height, width, channels]);
          expect(rounded(image.data)).toEqual(rounded(data));
        },
      ),
    );
  });

  it('that is damaged or of another kind throws, whatever the bytes', () => {
    const bytes = writePng({ data: Float32Array.from({ length: 48 }, (_, i) => i / 48), shape: [4, 4, 3] });
    expect(() => readPng(new Uint8Array(9), { name: 'a.png' })).toThrow(
      'readPng: a.png is no PNG file that can be read',
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(() => readPng(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ name: 'FormatError' }),
      );
    }
    for (let at = 0; at < bytes.length; at++) {
      const mutated = bytes.slice();
      mutated[at]! ^= 0x41;
      expect(() => readPng(mutated)).toThrow(expect.objectContaining({ name: 'FormatError' }));
    }
  });

  it('without pixels, or with an index outside of its palette, throws like other damage', () => {
    const palette: [number, number, number][] = [[255, 0, 0]];
    const wrong = encode({ width: 1, height: 1, channels: 1, depth: 8, palette, data: pixels(8, 7) });
    expect(() => readPng(wrong)).toThrow(expect.objectContaining({ name: 'FormatError' }));
    const none = Buffer.from(encode({ width: 1, height: 1, channels: 1, data: pixels(8, 7) }));
    none.writeUInt32BE(0, 16);
    none.writeUInt32BE(crc32(none.subarray(12, 29)), 29);
    expect(() => readPng(none)).toThrow('readPng: PNG is no PNG file that can be read');
    expect(() => readPng(none)).toThrow(expect.objectContaining({ name: 'FormatError' }));
  });

  it('is not written when the numbers do not fill the shape', () => {
    expect(() => writePng({} as never)).toThrow('writePng: image is an object; expected an image');
    expect(() => writePng({ data: new Float32Array(5), shape: [1, 2, 3] })).toThrow(
      'writePng: image has 5 numbers; its shape [1,2,3] takes 6',
    );
  });
});
