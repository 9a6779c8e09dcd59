import { faultOf, kind } from '@unroll/backend/checks';
import { FormatError } from '@unroll/backend/errors';
import { fromPlainJson, type Json, numberOf, wordOf } from './json.ts';
import { isName } from './names.ts';
import { recordOf } from './record-of.ts';
import { sha256 } from './sha256.ts';

/** The file that describes a checkpoint. */
export const MANIFEST = 'checkpoint.json';

const FORMAT = 'unroll-checkpoint';

/** The version that this code writes. It reads no other version. */
const VERSION = 1;

/** The greatest size of a manifest in bytes. */
export const MAX_BYTES = 64 * 2 ** 20;

/** The content of a checkpoint, except its tensors. */
export interface Manifest {
  /** Number of updates made */
  readonly step: number;
  /** The current epoch, from 0 */
  readonly epoch: number;
  /** Figures by name, such as the validation's; NaN and infinities are preserved */
  readonly metrics: Readonly<Record<string, number>>;
  /** All state that is not a tensor, by owner */
  readonly state: Json;
  /** The packages and backends that wrote it, each with its version */
  readonly versions: Readonly<Record<string, string>>;
  /** The time of writing, ISO 8601 in UTC */
  readonly written: string;
}

/** The size and checksum of another file. */
export interface FileSum {
  readonly bytes: number;
  readonly sha256: string;
}

export type Files = ReadonlyMap<string, FileSum>;

/**
 * The last line but one: the SHA-256 of all bytes before it. Later versions of the format keep this line, and the
 * fields `format` and `version`.
 */
const endOf = (checksum: string): string => `,\n  "checksum": "sha256:${checksum}"\n}\n`;
const END_BYTES = endOf('0'.repeat(64)).length;

/** Encodes a manifest as a file: JSON with one line for each field. Its state must already be plain JSON. */
export async function manifestBytes(manifest: Manifest, files: Files): Promise<Uint8Array<ArrayBuffer>> {
  const { step, epoch, metrics, state, versions, written } = manifest;
  const fields: Record<string, unknown> = {
    format: FORMAT,
    version: VERSION,
    written,
    step,
    epoch,
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, value]) => [name, wordOf(value) ?? value]),
    ),
    state,
    versions,
    files: Object.fromEntries(files),
  };
  const lines = Object.entries(fields).map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`);
  return sealed(`{\n${lines.join(',\n')}`);
}

/** Appends the checksum to a text. */
export async function sealed(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  return encoder.encode(text + endOf(await sha256(encoder.encode(text))));
}

/**
 * Reads a manifest and verifies its checksum.
 *
 * @param subject names the checkpoint in errors: `runs/names: checkpoint 'step-00000100'`
 * @throws FormatError when the manifest is damaged, or of another version
 */
export async function parseManifest(
  bytes: Uint8Array<ArrayBuffer>,
  subject: string,
): Promise<{ readonly manifest: Manifest; readonly files: Files }> {
  const fail = (words: string, cause?: unknown) =>
    new FormatError(`${subject}: ${MANIFEST} ${words}`, cause === undefined ? {} : { cause });
  if (bytes.length > MAX_BYTES) throw fail(`has ${bytes.length} bytes; expected at most ${MAX_BYTES}`);
  const start = Math.max(0, bytes.length - END_BYTES);
  const end = new TextDecoder().decode(bytes.subarray(start));
  if (end !== endOf(await sha256(bytes.subarray(0, start)))) {
    throw fail('is damaged: its checksum is not that of its bytes');
  }
  const fields = parsed(bytes, fail);
  check(fields, { format: kind.required(kind.choice(FORMAT)), version: kind.required(kind.whole(1)) }, fail);
  if (fields.version !== VERSION) {
    throw fail(
      `is of version ${fields.version} of the format; this program reads version ${VERSION}: a newer @unroll/train is needed`,
    );
  }
  check(fields, kinds, fail);
  return {
    manifest: manifestOf(fields as unknown as Fields, fail),
    files: filesOf(fields as unknown as Fields),
  };
}

type Fail = (words: string, cause?: unknown) => FormatError;

interface Fields extends Omit<Manifest, 'metrics'> {
  readonly metrics: Readonly<Record<string, number | string>>;
  readonly files: Readonly<Record<string, FileSum>>;
}

const fileKinds = {
  bytes: kind.whole(0, Number.MAX_SAFE_INTEGER),
  sha256: {
    expected: '',
    fits: (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  },
};

const kinds = {
  written: kind.required(kind.text),
  step: kind.required(kind.whole(0, Number.MAX_SAFE_INTEGER)),
  epoch: kind.required(kind.whole(0, Number.MAX_SAFE_INTEGER)),
  metrics: kind.required(
    recordOf('numbers by name', (value) => Number.isFinite(value) || numberOf(value) !== undefined),
  ),
  state: kind.required(kind.anything),
  versions: kind.required(recordOf('strings by name', (value) => typeof value === 'string')),
  files: kind.required(
    recordOf(
      '{ bytes, sha256 } by file',
      (value, name) =>
        isName(name) &&
        kind.record.fits(value) &&
        Object.entries(fileKinds).every(([field, { fits }]) =>
          fits((value as Record<string, unknown>)[field]),
        ),
    ),
  ),
};

function parsed(bytes: Uint8Array, fail: Fail): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw fail('is no JSON', error);
  }
  if (kind.record.fits(json)) return json as Record<string, unknown>;
  throw fail('is no JSON object');
}

function check(
  fields: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, kind.Kind>>,
  fail: Fail,
): void {
  for (const [name, expected] of Object.entries(kinds)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const fault =
      value === undefined ? `is missing; expected ${expected.expected}` : faultOf(value, expected);
    if (fault) throw fail(`is damaged: ${name} ${fault}`);
  }
}

function manifestOf({ written, step, epoch, metrics, state, versions }: Fields, fail: Fail): Manifest {
  const numbers = Object.entries(metrics).map(([name, value]) => [name, numberOf(value) ?? value]);
  return {
    written,
    step,
    epoch,
    metrics: Object.fromEntries(numbers),
    state: fromPlainJson(state, 'state', (path, fault) => fail(`is damaged: ${path} ${fault}`)),
    versions,
  };
}

const filesOf = ({ files }: Fields): Files => new Map(Object.entries(files));
