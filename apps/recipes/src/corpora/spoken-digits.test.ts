import { expect, it } from 'vitest';
import { itWithData } from '../../test/data-folder.ts';
import {
  holdOutSpeaker,
  loadSpokenDigits,
  readSpokenDigit,
  SPEAKERS,
  splitByIndex,
} from './spoken-digits.ts';

/** A WAV file with one channel of 16 bits */
function wav(samples: readonly number[]): Uint8Array {
  const data = Int16Array.from(samples);
  const head = new DataView(new ArrayBuffer(44));
  const text = (at: number, word: string) =>
    [...word].forEach((letter, i) => {
      head.setUint8(at + i, letter.charCodeAt(0));
    });
  text(0, 'RIFF');
  head.setUint32(4, 36 + data.byteLength, true);
  text(8, 'WAVEfmt ');
  head.setUint32(16, 16, true);
  head.setUint16(20, 1, true);
  head.setUint16(22, 1, true);
  head.setUint32(24, 8000, true);
  head.setUint32(28, 16_000, true);
  head.setUint16(32, 2, true);
  head.setUint16(34, 16, true);
  text(36, 'data');
  head.setUint32(40, data.byteLength, true);
  return Buffer.concat([new Uint8Array(head.buffer), new Uint8Array(data.buffer)]);
}

it('reads the digit, the speaker and the index from the name, and the samples from the file', () => {
  expect(readSpokenDigit('7_jackson_32.wav', wav([0, 16_384, -32_768]))).toEqual({
    digit: 7,
    speaker: 'jackson',
    index: 32,
    samples: new Float32Array([0, 0.5, -1]),
  });
});

it('splits by index or by speaker', () => {
  const digits = ['theo', 'lucas'].flatMap((speaker) =>
    [0, 4, 5, 49].map((index) => ({ digit: 1, speaker, index, samples: new Float32Array(0) })),
  );
  const byIndex = splitByIndex(digits);
  expect(byIndex.test.map(({ index }) => index)).toEqual([0, 4, 0, 4]);
  expect(byIndex.train.map(({ index }) => index)).toEqual([5, 49, 5, 49]);
  const bySpeaker = holdOutSpeaker(digits, 'theo');
  expect(bySpeaker.test).toEqual(digits.slice(0, 4));
  expect(bySpeaker.train).toEqual(digits.slice(4));
});

itWithData('has 50 recordings of each digit by each of six speakers', async (folder) => {
  const digits = await loadSpokenDigits(folder);
  expect(digits).toHaveLength(3000);
  expect(splitByIndex(digits).test).toHaveLength(300);
  for (const speaker of SPEAKERS) expect(holdOutSpeaker(digits, speaker).test).toHaveLength(500);
  expect(digits.every(({ samples }) => samples.length > 1000)).toBe(true);
});
