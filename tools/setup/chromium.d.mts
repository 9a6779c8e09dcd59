/**
 * The browser's path, from the environment variable CHROMIUM or one of the usual places; undefined when there is none.
 */
export function findChromium(): string | undefined;

/** Arguments that stop the browser from requesting updates. */
export const quietArguments: string[];
