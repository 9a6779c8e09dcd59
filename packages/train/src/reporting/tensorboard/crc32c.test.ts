import { expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from './crc32c.ts';

const ascending = Uint8Array.from({ length: 32 }, (_, i) => i);

it.each([
  ['32 zeros', new Uint8Array(32), 0x8a9136aa],
  ['32 ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ['0…31', ascending, 0x46dd794e],
  ['31…0', ascending.toReversed(), 0x113fdb5c],
  ['"123456789"', new TextEncoder().encode('123456789'), 0xe3069283],
])('the checksum of %s equals that of RFC 3720 and of catalogues of CRCs', (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it('a masked checksum can be unmasked', () => {
  const turned = (maskedCrc32c(ascending) - 0xa282ead8) >>> 0;
  expect(((turned >>> 17) | (turned << 15)) >>> 0).toBe(crc32c(ascending));
});
