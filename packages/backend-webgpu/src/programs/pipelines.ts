import { Pipeline } from './pipeline.ts';
import type { Program } from './program.ts';

/**
 * Bytes between the numbers of two steps: the largest alignment of dynamic offsets that WebGPU allows a device to
 * require.
 */
export const STEP_STRIDE = 256;

/** Pipelines by program. */
export class Pipelines {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<Program, Pipeline>();
  readonly #stepLayout: GPUBindGroupLayout;
  #steps: { readonly count: number; readonly group: GPUBindGroup } | undefined;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#stepLayout = device.createBindGroupLayout({
      label: 'step',
      entries: [
        {
          binding: 0,
          visibility: GPUShaderStage.COMPUTE,
          buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: 4 },
        },
      ],
    });
  }

  /** Number of created pipelines */
  get count(): number {
    return [...this.#pipelines.values()].filter(({ isMade }) => isMade).length;
  }

  /** The program's pipeline, created or not: see `Pipeline.make` and `Pipeline.now`. */
  get(program: Program): Pipeline {
    let pipeline = this.#pipelines.get(program);
    if (!pipeline) {
      pipeline = this.#describe(program);
      this.#pipelines.set(program, pipeline);
    }
    return pipeline;
  }

  /** Compiles programs in the background. A program that does not compile fails when it is used. */
  async prepare(programs: readonly Program[]): Promise<void> {
    await Promise.all(programs.map((program) => this.get(program).make()));
  }

  /** Group 1 of a stepped program; its dynamic offset is `step · STEP_STRIDE`. */
  steps(count: number): GPUBindGroup {
    if (this.#steps && this.#steps.count >= count) return this.#steps.group;
    const capacity = Math.max(128, 2 ** Math.ceil(Math.log2(count)));
    const words = new Uint32Array((capacity * STEP_STRIDE) / 4);
    for (let step = 0; step < capacity; step++) words[(step * STEP_STRIDE) / 4] = step;
    const buffer = this.#device.createBuffer({
      label: 'steps',
      size: words.byteLength,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#device.queue.writeBuffer(buffer, 0, words);
    const group = this.#device.createBindGroup({
      label: 'step',
      layout: this.#stepLayout,
      entries: [{ binding: 0, resource: { buffer, size: 4 } }],
    });
    // A smaller buffer may still be used by recorded commands; it is freed after its last use.
    this.#steps = { count: capacity, group };
    return group;
  }

  #describe({ name, params, buffers, stepped, wgsl }: Program): Pipeline {
    const entries: GPUBindGroupLayoutEntry[] = Object.values(buffers).map(([access], i) => ({
      binding: i + 1,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
    }));
    if (Object.keys(params).length > 0) {
      entries.unshift({ binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform' } });
    }
    const layout = this.#device.createBindGroupLayout({ label: name, entries });
    return new Pipeline(this.#device, layout, {
      label: name,
      layout: this.#device.createPipelineLayout({
        bindGroupLayouts: stepped ? [layout, this.#stepLayout] : [layout],
      }),
      compute: {
        module: this.#device.createShaderModule({ label: name, code: wgsl }),
        entryPoint: 'main',
      },
    });
  }
}
