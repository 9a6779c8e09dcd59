// The path of Chromium, and its arguments, for tests and benchmarks.
import { accessSync, constants } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * The browser's path, from the environment variable CHROMIUM or one of the usual places; undefined when there is none.
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

/** Arguments that stop the browser from requesting updates. */
export const quietArguments = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
