import { execFileSync } from 'node:child_process';
import { findChromium, quietArguments } from '@unroll-tools/setup/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Debian's packages: the browser, and what leads to its SwiftShader where Node's WebGPU asks for Vulkan. */
const packages = ['chromium', 'libvulkan1'];

/** The browser's path; Debian's packages are installed where it is missing and may be. Undefined where there is none to have. */
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
  /** Whether pages have WebGPU, on the SwiftShader that comes with the browser. Default: false */
  webgpu?: boolean;
  /** Whether workgroup memory is cleared, as WebGPU asks for; SwiftShader compiles that for a second a program. Default: true */
  clearsWorkgroupMemory?: boolean;
}

/** WebGPU and the canvases that it draws on must have one Vulkan: else drawing gives zeros and loses the device. */
const webgpuArguments = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-angle=swiftshader',
  // Times would be rounded to 65 µs, some of them to 0.
  '--disable-dawn-features=timestamp_quantization',
];

/** Headless, and quiet: it asks nobody for updates. */
export function launchChromium(
  executablePath: string,
  { webgpu = false, clearsWorkgroupMemory = true }: ChromiumOptions = {},
): Promise<Browser> {
  const unclear = clearsWorkgroupMemory ? [] : ['--enable-dawn-features=disable_workgroup_init'];
  const args = [...quietArguments, ...(webgpu ? webgpuArguments : []), ...unclear];
  return chromium.launch({ executablePath, args });
}
