/** The browser's path, by the environment's CHROMIUM or in one of its usual places; undefined where there is none. */
export function findChromium(): string | undefined;

/** Arguments that keep it quiet: it asks nobody for updates. */
export const quietArguments: string[];
