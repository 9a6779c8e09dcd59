import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary, toJson } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';

/** The schema that TensorBoard publishes. The writer does not use it. */
const published = createFileRegistry(
  fromBinary(
    FileDescriptorSetSchema,
    readFileSync(new URL('../fixtures/tensorboard-schema.binpb', import.meta.url)),
  ),
);

/** An event as JSON, with the published names. */
export interface ReadEvent {
  readonly wall_time: number;
  readonly step?: string;
  readonly file_version?: string;
  readonly session_log?: { readonly status: string };
  readonly summary?: { readonly value: readonly ReadValue[] };
}

export interface ReadValue {
  readonly tag: string;
  readonly simple_value?: number | 'NaN' | 'Infinity' | '-Infinity';
  readonly image?: { width: number; height: number; colorspace: number; encoded_image_string: string };
  readonly tensor?: {
    readonly dtype: string;
    readonly tensor_shape: { readonly dim: readonly { readonly size: string }[] };
    readonly double_val?: readonly number[];
    readonly string_val?: readonly string[];
  };
  readonly metadata?: { readonly plugin_data: { readonly plugin_name: string }; readonly data_class: string };
}

/** The complete events of a file, up to its end or to a cut. Throws when a checksum is wrong. */
export function readEventFile(bytes: Uint8Array): ReadEvent[] {
  const event = published.getMessage('tensorboard.Event')!;
  return records(bytes).map(
    (data) => toJson(event, fromBinary(event, data), { useProtoFieldName: true }) as unknown as ReadEvent,
  );
}

function records(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read: Uint8Array[] = [];
  for (let start = 0; start + 12 <= bytes.length; ) {
    const length = Number(view.getBigUint64(start, true));
    const end = start + 12 + length;
    if (end + 4 > bytes.length) break;
    const data = bytes.subarray(start + 12, end);
    const sums = [masked(bytes.subarray(start, start + 8)), masked(data)];
    const written = [view.getUint32(start + 8, true), view.getUint32(end, true)];
    if (String(sums) !== String(written))
      throw new Error(`record at ${start}: checksums ${written}, not ${sums}`);
    read.push(data);
    start = end + 4;
  }
  return read;
}

/** The masked CRC-32C by long division, bit by bit. */
function masked(bytes: Uint8Array): number {
  let crc = 0xffffffffn;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x82f63b78n : crc >> 1n;
  }
  crc ^= 0xffffffffn;
  const turned = ((crc >> 15n) | (crc << 17n)) & 0xffffffffn;
  return Number((turned + 0xa282ead8n) & 0xffffffffn);
}
