// Where tests and benchmarks find Chromium, and how they start it.
import { accessSync, constants } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser's path, by the environment's CHROMIUM or in one of its usual places; undefined where there is none.
 *
 * @returns {string | undefined}
 */
export function findChromium() {
  return [process.env.CHROMIUM, ...places].find((place) => {
    try {
      if (place) accessSync(place, constants.X_OK);
      return place !== undefined;
    } catch {
      return false;
    }
  });
}

/** Arguments that keep it quiet: it asks nobody for updates. */
export const quietArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
