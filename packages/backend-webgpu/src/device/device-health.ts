import { DeviceLostError, OutOfMemoryError } from '@unroll/backend/errors';

/** Collects a device's asynchronous errors: errors of recorded commands, lack of memory, and loss of the device. */
export class DeviceHealth {
  /** Creates the error for every further use; undefined while the device is usable */
  #end: ((rest: string) => Error) | undefined;
  #error: string | undefined;
  #disposed = false;
  readonly #device: GPUDevice;
  readonly #rest: () => string;
  readonly #listener: (event: GPUUncapturedErrorEvent) => void;

  /**
   * @param isOwn whether only the backend uses the device, so that nothing else needs its errors
   * @param rest the end of the error's text if the device is lost
   */
  constructor(device: GPUDevice, isOwn: boolean, rest: () => string) {
    this.#device = device;
    this.#rest = rest;
    this.#listener = (event) => {
      if (isOwn) event.preventDefault();
      const { error } = event;
      if (typeof GPUOutOfMemoryError !== 'undefined' && error instanceof GPUOutOfMemoryError) {
        const text = `webgpu: the GPU has no memory left (${error.message.split('\n')[0]}).`;
        this.#end ??= (rest) => new OutOfMemoryError(`${text} ${rest}`);
      } else {
        this.#error ??= error.message;
      }
    };
    device.addEventListener('uncapturederror', this.#listener);
    void device.lost.then(({ message }) => {
      if (this.#disposed) return;
      const text = `webgpu: the GPU device was lost${message ? ` (${message.trim().replace(/\.$/, '')})` : ''}.`;
      this.#end ??= (rest) => new DeviceLostError(`${text} ${rest}`);
    });
  }

  /** From here on, the end of the device is intended. */
  disposing(): void {
    this.#disposed = true;
    this.#device.removeEventListener('uncapturederror', this.#listener);
  }

  /** Whether another backend has replaced this one. */
  get disposed(): boolean {
    return this.#disposed;
  }

  /** Whether the device is unusable. */
  get lost(): boolean {
    return this.#end !== undefined;
  }

  /** @throws if the device is lost, or a command has failed since the last call */
  check(): void {
    if (this.#end) throw this.#end(this.#rest());
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw new Error(`webgpu: a command failed: ${error}`);
  }
}
