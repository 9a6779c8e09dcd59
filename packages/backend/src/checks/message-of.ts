/** The message of a caught value, which may be an `Error` or any other thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
