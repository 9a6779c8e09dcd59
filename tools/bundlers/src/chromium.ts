import { execFileSync } from 'node:child_process';
import { findChromium, quietArguments } from '@unroll-tools/setup/chromium';
import { type Browser, chromium } from 'playwright-core';

/**
 * Debian's packages: the browser, and the Vulkan loader through which Node's WebGPU finds the browser's SwiftShader.
 */
const packages = ['chromium', 'libvulkan1'];

/**
 * The browser's path. If it is missing, Debian's packages are installed if possible. Undefined when there is no
 * browser.
 */
export function provideChromium(): string | undefined {
  const found = findChromium();
  if (found) return found;
  if (process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    execFileSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], {
      stdio: 'ignore',
    });
  } catch {
    return undefined;
  }
  return findChromium();
}

export interface ChromiumOptions {
  /** Whether pages have WebGPU, on the browser's SwiftShader. Default: false */
  webgpu?: boolean;
  /**
   * Whether workgroup memory is cleared, as WebGPU requires. SwiftShader takes a second per program to compile that.
   * Default: true
   */
  clearsWorkgroupMemory?: boolean;
}

/** WebGPU and the canvases it draws on must use the same Vulkan. Otherwise drawing gives zeros and loses the device. */
const webgpuArguments = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  // Without this flag, times would be rounded to 65 µs, some of them to 0.
  '--disable-dawn-features=timestamp_quantization',
];

/** Starts the browser headless, without update requests. */
export function launchChromium(
  executablePath: string,
  { webgpu = false, clearsWorkgroupMemory = true }: ChromiumOptions = {},
): Promise<Browser> {
  const unclear = clearsWorkgroupMemory ? [] : ['--enable-dawn-features=disable_workgroup_init'];
  const args = [...quietArguments, ...(webgpu ? webgpuArguments : []), ...unclear];
  return chromium.launch({ executablePath, args });
}
