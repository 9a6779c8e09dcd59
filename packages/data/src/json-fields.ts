import { faultOf, type OptionKinds } from '@unroll/backend/checks';
import { FormatError, UnrollError } from '@unroll/backend/errors';

/**
 * Checks the fields of an object that came out of JSON; further fields are left alone.
 *
 * @param owner who reads it, as an error names it: `Vocabulary.fromJSON`
 * @throws FormatError where it is no object, or a field is not what it has to be
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
  for (const [name, kind] of Object.entries<OptionKinds<Fields>[keyof Fields]>(kinds)) {
    const value = Object.hasOwn(json, name) ? json[name] : undefined;
    if (value === undefined && !kind.required) continue;
    const fault = faultOf(value, kind);
    if (fault) throw new FormatError(`${owner}: ${name} ${fault}`);
  }
  return json as Fields;
}

/** Runs what checks its arguments on values that came out of JSON, where they are a fault of the file. */
export function fromFile<T>(owner: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UnrollError) || error instanceof FormatError) throw error;
    throw new FormatError(`${owner}: ${error.message}`, { cause: error });
  }
}

export function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
