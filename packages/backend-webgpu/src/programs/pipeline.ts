/** A program's pipeline, which is created in the background, or synchronously if there is no time to wait. */
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

  /** Whether the pipeline has been created or its creation has failed. */
  get isReady(): boolean {
    return this.isMade || this.#hasFailed;
  }

  /** Creates the pipeline in the background; resolves when `isReady`, never rejects. */
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

  /** Like the method of a `GPUComputePipeline` */
  getBindGroupLayout(): GPUBindGroupLayout {
    return this.layout;
  }

  /**
   * The pipeline, created synchronously if necessary. If it cannot be created, the device reports the error, and its
   * commands do nothing.
   */
  now(): GPUComputePipeline {
    this.#made ??= this.#device.createComputePipeline(this.#descriptor);
    return this.#made;
  }
}
