import { execFileSync } from 'node:child_process';
import { findChromium, quietArguments } from '@unroll-tools/setup/chromium';
import { type Browser, chromium } from 'playwright-core';

/** The browser's path; Debian's package is installed where it is missing and may be. Undefined where there is none to have. */
export function provideChromium(): string | undefined {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  return findChromium();
}

/** Headless, and quiet: it asks nobody for updates. */
export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: quietArguments });
}
