import { Pipeline } from './pipeline.ts';

/**
 * Replaces a command encoder while pipelines are being created. It keeps commands on the host and passes them to an
 * encoder in `finish`. It has only the methods that are called while commands are kept; timing of programs and reading
 * of pictures first end this state.
 */
export class KeptCommands {
  readonly #device: GPUDevice;
  readonly #commands: ((encoder: GPUCommandEncoder) => void)[] = [];
  readonly #pipelines = new Set<Pipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Whether all pipelines are ready. */
  get isReady(): boolean {
    return [...this.#pipelines].every((pipeline) => pipeline.isReady);
  }

  /** @returns whether this pipeline is new here */
  waitFor(pipeline: Pipeline): boolean {
    const isNew = !this.#pipelines.has(pipeline);
    this.#pipelines.add(pipeline);
    return isNew;
  }

  /** Resolves when the pipelines added so far are ready. */
  async ready(): Promise<void> {
    await Promise.all([...this.#pipelines].map((pipeline) => pipeline.make()));
  }

  /** Creates all missing pipelines at once. */
  completeNow(): void {
    for (const pipeline of this.#pipelines) pipeline.now();
  }

  // The methods that record commands.

  beginComputePass(descriptor?: GPUComputePassDescriptor): KeptPass {
    const pass = new KeptPass();
    this.#commands.push((encoder) => pass.giveTo(encoder.beginComputePass(descriptor)));
    return pass;
  }

  copyBufferToBuffer(source: GPUBuffer, from: number, target: GPUBuffer, to: number, size: number): void {
    this.#commands.push((encoder) => encoder.copyBufferToBuffer(source, from, target, to, size));
  }

  clearBuffer(buffer: GPUBuffer, offset?: number, size?: number): void {
    this.#commands.push((encoder) => encoder.clearBuffer(buffer, offset, size));
  }

  finish(): GPUCommandBuffer {
    const encoder = this.#device.createCommandEncoder();
    for (const giveTo of this.#commands) giveTo(encoder);
    return encoder.finish();
  }
}

/** A compute pass of kept commands. */
export class KeptPass {
  readonly #commands: ((pass: GPUComputePassEncoder) => void)[] = [];

  setPipeline(pipeline: GPUComputePipeline | Pipeline): void {
    this.#commands.push((pass) => pass.setPipeline(pipeline instanceof Pipeline ? pipeline.now() : pipeline));
  }

  setBindGroup(index: number, group: GPUBindGroup, dynamicOffsets: readonly number[] = []): void {
    this.#commands.push((pass) => pass.setBindGroup(index, group, dynamicOffsets));
  }

  dispatchWorkgroups(x: number, y?: number, z?: number): void {
    this.#commands.push((pass) => pass.dispatchWorkgroups(x, y, z));
  }

  end(): void {
    this.#commands.push((pass) => pass.end());
  }

  giveTo(pass: GPUComputePassEncoder): void {
    for (const giveTo of this.#commands) giveTo(pass);
  }
}
