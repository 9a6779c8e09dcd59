/** The file system's code of an error, such as `ENOENT`; undefined when it has none. */
export const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;

/** Makes an error handler that returns a value for errors of one code, and throws any other error. */
export const whereCodeIs =
  <T>(code: string, value: T) =>
  (error: unknown): T => {
    if (codeOf(error) !== code) throw error;
    return value;
  };
