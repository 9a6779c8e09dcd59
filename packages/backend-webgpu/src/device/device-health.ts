import { DeviceLostError, OutOfMemoryError } from '@unroll/backend/errors';

/** Hears of what goes wrong on a device while nobody waits for it: errors of recorded commands, lack of memory, and its loss. */
export class DeviceHealth {
  /** Makes the error that every use from now on ends in; undefined while the device is of use */
  #end: ((rest: string) => Error) | undefined;
  #error: string | undefined;
  #disposed = false;
  readonly #device: GPUDevice;
  readonly #rest: () => string;
  readonly #listener: (event: GPUUncapturedErrorEvent) => void;

  /**
   * @param isOwn whether the device is the backend's alone, so that nobody else wants to hear of its errors
   * @param rest of the error's text where the device is lost
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

  /** From here on the device's end is meant. */
  disposing(): void {
    this.#disposed = true;
    this.#device.removeEventListener('uncapturederror', this.#listener);
  }

  /** Whether the device is of no more use. */
  get lost(): boolean {
    return this.#end !== undefined;
  }

  /** @throws where the device is lost, or a command has failed since the last call */
  check(): void {
    if (this.#end) throw this.#end(this.#rest());
    const error = this.#error;
    this.#error = undefined;
    if (error !== undefined) throw new Error(`webgpu: a command failed: ${error}`);
  }
}
