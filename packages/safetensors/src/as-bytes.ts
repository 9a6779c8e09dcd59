/**
 * A buffer or bytes as a plain `Uint8Array` over the same memory. It accepts bytes of another realm, and Node's
 * `Buffer`, whose `slice` would not copy. Returns undefined for anything else.
 */
export function asBytes(value: unknown): Uint8Array | undefined {
  const kind = Object.prototype.toString.call(value);
  if (kind === '[object ArrayBuffer]') return new Uint8Array(value as ArrayBuffer);
  if (kind !== '[object Uint8Array]' || !ArrayBuffer.isView(value)) return undefined;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}
