/** The code that a file system gives an error, such as `ENOENT`; undefined where it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** What takes an error of a code for a value, and throws any other. */
export const whereCodeIs =
  <T>(code: string, value: T) =>
  (error: unknown): T => {
    if (codeOf(error) !== code) throw error;
    return value;
  };
