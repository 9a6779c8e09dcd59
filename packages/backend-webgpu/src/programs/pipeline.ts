/** A program's pipeline, which is made beside what the host does, or at once where there is no time to wait for it. */
export class Pipeline {
  readonly layout: GPUBindGroupLayout;
  readonly #device: GPUDevice;
  readonly #descriptor: GPUComputePipelineDescriptor;
  #made: GPUComputePipeline | undefined;
  #making: Promise<void> | undefined;
  #hasFailed = false;

  constructor(device: GPUDevice, layout: GPUBindGroupLayout, descriptor: GPUComputePipelineDescriptor) {
    this.#device = device;
    this.layout = layout;
    this.#descriptor = descriptor;
  }

  get isMade(): boolean {
    return this.#made !== undefined;
  }

  /** Whether there is nothing more to wait for: it is made, or could not be. */
  get isReady(): boolean {
    return this.isMade || this.#hasFailed;
  }

  /** Makes it beside what the host does, and resolves when `isReady`; never rejects. */
  make(): Promise<void> {
    if (this.isReady) return Promise.resolve();
    this.#making ??= this.#device.createComputePipelineAsync(this.#descriptor).then(
      (pipeline) => {
        this.#made ??= pipeline;
      },
      () => {
        this.#hasFailed = true;
      },
    );
    return this.#making;
  }

  /** As a `GPUComputePipeline` has it */
  getBindGroupLayout(): GPUBindGroupLayout {
    return this.layout;
  }

  /** The pipeline, made at once where it is not there. Of one that cannot be made the device says so, and its commands do nothing. */
  now(): GPUComputePipeline {
    this.#made ??= this.#device.createComputePipeline(this.#descriptor);
    return this.#made;
  }
}
