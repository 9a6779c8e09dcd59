/** A caller's value in the words of an error. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value === null || typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `an array of ${value.length} elements`;
  const { name }: { readonly name?: unknown } = Object(value.constructor);
  if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object';
  return `${/^[AEIO]/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Throws a `TypeError` unless the options are an object with known names only. */
export function checkOptions(owner: string, options: unknown, known: readonly string[]): void {
  if (Object.prototype.toString.call(options) !== '[object Object]') {
    throw new TypeError(
      `${owner}: options is ${shown(options)}; expected an object with options: ${known.join(', ')}`,
    );
  }
  for (const name of Object.keys(options as object)) {
    if (!known.includes(name)) {
      throw new TypeError(`${owner}: there is no option '${name}'; the options are ${known.join(', ')}`);
    }
  }
}
