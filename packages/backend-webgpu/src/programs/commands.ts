import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Internals } from '../tfjs/internals.ts';
import type { BufferPool } from './buffer-pool.ts';
import { Pipelines, STEP_STRIDE } from './pipelines.ts';
import type { Program } from './program.ts';

export type Params = Readonly<Record<string, number>>;

/** Where a tensor lies in GPU memory */
export interface Slice {
  readonly buffer: GPUBuffer;
  /** In bytes, as `size` */
  readonly offset: number;
  readonly size: number;
}

/** A call of a program. */
export interface Dispatch {
  /** By the names of the program's buffers; a buffer itself is bound whole. */
  readonly buffers: Readonly<Record<string, TensorInfo | GPUBuffer | undefined>>;
  /** One for each call, where the program takes several */
  readonly params?: Params | readonly Params[];
  /** On up to three axes; 0 on any of them means that there is nothing to do. */
  readonly workgroups: readonly number[];
  /** Of a stepped program: how many dispatches, numbered from 0 unless `firstStep` says otherwise */
  readonly steps?: number;
  readonly firstStep?: number;
}

/** What of tfjs-backend-webgpu commands are recorded with */
export interface Host extends Internals {
  readonly device: GPUDevice;
  uploadToGPU(dataId: TensorInfo['dataId']): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getQueryTime(): Promise<number>;
}

/**
 * Dispatches after which recorded commands go to the GPU, so that it works while the host records on. More of them in
 * one go cost the host less; a sequence's own dispatches are never parted.
 */
const DISPATCHES_PER_SUBMISSION = 64;

/** Records programs of ours into the commands that tfjs-backend-webgpu records into. */
export class Commands {
  readonly #host: Host;
  readonly #pool: BufferPool;
  readonly #pipelines: Pipelines;
  readonly #dispatches = new Map<string, number>();

  constructor(host: Host, pool: BufferPool) {
    this.#host = host;
    this.#pool = pool;
    this.#pipelines = new Pipelines(host.device);
  }

  get programs(): number {
    return this.#pipelines.count;
  }

  /** Dispatches so far, by program */
  get dispatches(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dispatches);
  }

  count(program: string, dispatches: number): void {
    this.#dispatches.set(program, (this.#dispatches.get(program) ?? 0) + dispatches);
  }

  /** See `Pipelines.prepare`. */
  prepare(programs: readonly Program[]): Promise<void> {
    return this.#pipelines.prepare(programs);
  }

  /** Records a call of a program, or one for each step. */
  run(program: Program, { buffers, params = {}, workgroups, steps = 1, firstStep = 0 }: Dispatch): void {
    if (workgroups.includes(0) || steps === 0) return;
    const [x = 1, y = 1, z = 1] = workgroups;
    const { pipeline, layout } = this.#pipelines.get(program);
    // First what takes memory: making room for it submits what is recorded, and tensors are kept from then on alone.
    for (const bound of Object.values(buffers))
      if (bound && 'dataId' in bound) this.#host.uploadToGPU(bound.dataId);
    const entries: GPUBindGroupEntry[] = [];
    if (Object.keys(program.params).length > 0) {
      entries.push({ binding: 0, resource: { buffer: this.#params(program, [params].flat()) } });
    }
    Object.keys(program.buffers).forEach((name, i) => {
      const bound = buffers[name]!;
      entries.push({
        binding: i + 1,
        resource: 'dataId' in bound ? this.slice(bound) : { buffer: bound },
      });
    });
    const group = this.#host.device.createBindGroup({ label: program.name, layout, entries });
    this.#record(program.name, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      if (!program.stepped) {
        pass.dispatchWorkgroups(x, y, z);
        return 1;
      }
      const stepGroup = this.#pipelines.steps(firstStep + steps);
      for (let step = firstStep; step < firstStep + steps; step++) {
        pass.setBindGroup(1, stepGroup, [step * STEP_STRIDE]);
        pass.dispatchWorkgroups(x, y, z);
      }
      return steps;
    });
  }

  /** Records a copy of all of a tensor; without a source, of zeros. */
  copy(from: TensorInfo | undefined, to: TensorInfo): void {
    if (util.sizeFromShape(to.shape) === 0) return;
    const target = this.slice(to);
    const source = from && this.slice(from);
    const encoder = this.encoder();
    if (source)
      encoder.copyBufferToBuffer(source.buffer, source.offset, target.buffer, target.offset, target.size);
    else encoder.clearBuffer(target.buffer, target.offset, target.size);
  }

  /** The encoder, outside of a compute pass */
  encoder(): GPUCommandEncoder {
    this.#host.ensureCommandEncoderReady();
    this.#host.endComputePassEncoder();
    return this.#host.commandEncoder!;
  }

  /** Sends what is recorded to the GPU. */
  submit(): void {
    if (!this.#host.commandEncoder) return;
    this.#host.endComputePassEncoder();
    this.#host.submitQueue();
  }

  /** Where a tensor lies, kept from reuse until the commands recorded so far are submitted. */
  slice({ dataId }: Pick<TensorInfo, 'dataId'>): Slice {
    this.#host.uploadToGPU(dataId);
    this.#host.commandQueueOwnedIds.add(dataId);
    const { resource, place } = this.#host.tensorMap.get(dataId);
    return { buffer: resource!, offset: 0, size: resource!.size, ...place };
  }

  /** Gives a buffer back as soon as the commands recorded so far are submitted. */
  releaseAfterwards(buffer: GPUBuffer): void {
    if (this.#host.commandEncoder) this.#host.uniformPendingDisposal.push(buffer);
    else this.#pool.releaseBuffer(buffer);
  }

  /** A uniform buffer with the program's parameters, which lives until the recorded commands are submitted. */
  #params({ params, calls = 1 }: Program, values: readonly Params[]): GPUBuffer {
    const types = Object.entries(params);
    const stride = 16 * Math.ceil(types.length / 4);
    const bytes = new DataView(new ArrayBuffer(stride * calls));
    values.forEach((ofCall, call) => {
      types.forEach(([name, type], i) => {
        const at = stride * call + 4 * i;
        const value = ofCall[name]!;
        if (type === 'f32') bytes.setFloat32(at, value, true);
        else if (type === 'i32') bytes.setInt32(at, value, true);
        else bytes.setUint32(at, value, true);
      });
    });
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.#pool.acquireBuffer(bytes.byteLength, usage);
    this.#host.device.queue.writeBuffer(buffer, 0, bytes.buffer);
    this.#host.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** Records into the pass under way; while `tf.time` measures, into one of its own. */
  #record(name: string, record: (pass: GPUComputePassEncoder) => number): void {
    const host = this.#host;
    const timers = host.activeTimers;
    host.ensureCommandEncoderReady();
    if (timers && host.supportTimestampQuery) {
      host.endComputePassEncoder();
      host.querySet ??= host.device.createQuerySet({ type: 'timestamp', count: host.querySetCount });
      host.computePassEncoder = host.commandEncoder!.beginComputePass({
        timestampWrites: {
          querySet: host.querySet,
          beginningOfPassWriteIndex: 0,
          endOfPassWriteIndex: 1,
        },
      });
    }
    host.computePassEncoder ??= host.commandEncoder!.beginComputePass();
    const dispatches = record(host.computePassEncoder);
    this.count(name, dispatches);
    host.dispatchCountInPass += dispatches;
    if (timers) {
      host.endComputePassEncoder();
      timers.push({ name, query: host.getQueryTime() });
    } else if (host.dispatchCountInPass >= DISPATCHES_PER_SUBMISSION) {
      this.submit();
    }
  }
}
