import { faultOf, kind, type OptionKinds } from '@unroll/backend/checks';
import { FormatError, UnrollError } from '@unroll/backend/errors';

/**
 * Checks the fields of an object that came from JSON. It ignores additional fields.
 *
 * @param owner the reader, as named in errors: `Vocabulary.fromJSON`
 * @throws FormatError when it is not an object, or a field is invalid
 */
export function jsonFields<Fields extends object>(
  owner: string,
  json: unknown,
  kinds: OptionKinds<Fields>,
): Fields {
  if (!isRecord(json)) {
    throw new FormatError(
      `${owner}: the JSON is no object; expected one with ${Object.keys(kinds).join(', ')}`,
    );
  }
  const faulty = faultyField(json, kinds);
  if (faulty) throw new FormatError(`${owner}: ${faulty.name} ${faulty.fault}`);
  return json as Fields;
}

/** The first invalid field, with its fault. A field that is not required may be missing. */
export function faultyField(
  json: Readonly<Record<string, unknown>>,
  kinds: Readonly<Record<string, kind.Kind>>,
): { readonly name: string; readonly fault: string } | undefined {
  for (const [name, expected] of Object.entries(kinds)) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (value === undefined && !expected.required) continue;
    const fault = faultOf(value, expected);
    if (fault) return { name, fault };
  }
  return undefined;
}

/** Runs a function that checks its arguments. As the arguments came from JSON, its errors become a FormatError. */
export function fromFile<T>(owner: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnrollError) || error instanceof FormatError) throw error;
    throw new FormatError(`${owner}: ${error.message}`, { cause: error });
  }
}

export function isRecord(json: unknown): json is Record<string, unknown> {
  return kind.record.fits(json);
}
