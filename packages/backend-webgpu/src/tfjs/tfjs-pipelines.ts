import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Commands } from '../programs/commands.ts';
import { Pipeline } from '../programs/pipeline.ts';
import type { Internals } from './internals.ts';

type WebGPUProgram = Parameters<WebGPUBackend['runWebGPUProgram']>[0];

/**
 * Pipelines of tfjs-backend-webgpu's own programs. tfjs creates a pipeline at a program's first call and waits for it,
 * if only to get its layout. Here that call gets a `Pipeline` with the common layout of all tfjs programs on buffers.
 * The real pipeline replaces it later.
 */
export class TfjsPipelines {
  readonly #host: Internals;
  readonly #device: GPUDevice;
  /** The object that tfjs uses as the device while it runs a program */
  readonly #standIn: GPUDevice;
  readonly #commands: Commands;
  readonly #underWay = new Map<string, Pipeline>();
  /** Layouts by number of inputs */
  readonly #layouts: GPUBindGroupLayout[] = [];

  constructor(host: Internals, commands: Commands) {
    this.#host = host;
    this.#commands = commands;
    const { device } = host;
    this.#device = device;
    this.#standIn = {
      limits: device.limits,
      createShaderModule: (descriptor) => device.createShaderModule(descriptor),
      createBindGroup: (descriptor) => device.createBindGroup(descriptor),
      createQuerySet: (descriptor) => device.createQuerySet(descriptor),
      createCommandEncoder: () => device.createCommandEncoder(),
      createComputePipelineAsync: (descriptor) => device.createComputePipelineAsync(descriptor),
    } satisfies Partial<GPUDevice> as unknown as GPUDevice;
  }

  /** Runs tfjs's `runWebGPUProgram` without waiting for the pipeline of a new program. */
  run<Result>(program: WebGPUProgram, inputs: number, call: () => Result): Result {
    if (program.pixelsOpType !== undefined) {
      // A video frame, or a canvas to draw on, exists only during this call.
      this.#commands.submitNow();
      return call();
    }
    this.#putMade();
    this.#standIn.createComputePipeline = (descriptor) => this.#pipeline(program, inputs, descriptor);
    this.#host.device = this.#standIn;
    try {
      return call();
    } finally {
      this.#host.device = this.#device;
    }
  }

  #pipeline(
    { shaderKey }: WebGPUProgram,
    inputs: number,
    descriptor: GPUComputePipelineDescriptor,
  ): GPUComputePipeline {
    const layout = this.#layoutFor(inputs);
    const pipeline = new Pipeline(this.#device, layout, {
      ...descriptor,
      layout: this.#device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    });
    this.#commands.keepUntilMade(pipeline);
    if (pipeline.isReady) return pipeline.now();
    this.#underWay.set(shaderKey, pipeline);
    return pipeline as unknown as GPUComputePipeline;
  }

  #putMade(): void {
    for (const [key, pipeline] of this.#underWay) {
      if (!pipeline.isReady) continue;
      this.#host.pipelineCache[key] = pipeline.now();
      this.#underWay.delete(key);
    }
  }

  /** The layout for the output, the inputs and the uniforms */
  #layoutFor(inputs: number): GPUBindGroupLayout {
    this.#layouts[inputs] ??= this.#device.createBindGroupLayout({
      label: `tfjs, ${inputs} inputs`,
      entries: Array.from({ length: inputs + 2 }, (_, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: binding === 0 ? 'storage' : binding <= inputs ? 'read-only-storage' : 'uniform' },
      })),
    });
    return this.#layouts[inputs];
  }
}
