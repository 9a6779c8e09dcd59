import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { besideDawn } from '#gpu';
import type { Internals } from '../tfjs/internals.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Dispatch, Params, Slice } from './dispatch.ts';
import { KeptCommands, KeptPass } from './kept-commands.ts';
import type { Pipeline } from './pipeline.ts';
import { Pipelines, STEP_STRIDE } from './pipelines.ts';
import type { Program } from './program.ts';

/** The parts of tfjs-backend-webgpu with which commands are recorded */
export interface Host extends Internals {
  uploadToGPU(dataId: TensorInfo['dataId']): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getQueryTime(): Promise<number>;
}

/**
 * Number of dispatches after which recorded commands are sent to the GPU, so that the GPU works while the host
 * continues to record. Larger submissions cost the host less. The dispatches of one sequence are never separated.
 */
const DISPATCHES_PER_SUBMISSION = 64;

/**
 * The largest number of dispatches to keep while pipelines are being created. A program that never waits exceeds it.
 */
const MOST_KEPT_DISPATCHES = 4096;

/** The largest number of bytes that may come into use while commands are kept, because no buffer is released then */
const MOST_KEPT_BYTES = 2 ** 28;

/**
 * Records our programs into the same commands as tfjs-backend-webgpu. From the first call of a program until its
 * pipeline is created, commands are kept on the host in their order: see `KeptCommands`.
 */
export class Commands {
  readonly #host: Host;
  readonly #device: GPUDevice;
  readonly #pool: BufferPool;
  readonly #pipelines: Pipelines;
  readonly #dispatches = new Map<string, number>();
  #submissions = 0;
  #keptDispatches = 0;
  /** Resolves when the pipelines are ready; defined while some code waits for this */
  #readiness: Promise<void> | undefined;
  /** Bytes in use when commands began to be kept */
  #bytesBefore = 0;

  constructor(host: Host, pool: BufferPool) {
    this.#host = host;
    this.#device = host.device;
    this.#pool = pool;
    this.#pipelines = new Pipelines(host.device);
  }

  get programs(): number {
    return this.#pipelines.count;
  }

  get submissions(): number {
    return this.#submissions;
  }

  /** Number of dispatches so far, by program */
  get dispatches(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dispatches);
  }

  count(program: string, dispatches: number): void {
    this.#dispatches.set(program, (this.#dispatches.get(program) ?? 0) + dispatches);
    if (!this.#kept) return;
    this.#keptDispatches += dispatches;
    const bytes = this.#pool.numBytesUsed - this.#bytesBefore;
    if (this.#keptDispatches > MOST_KEPT_DISPATCHES || bytes > MOST_KEPT_BYTES) this.submitNow();
  }

  /** See `Pipelines.prepare`. */
  prepare(programs: readonly Program[]): Promise<void> {
    return this.#pipelines.prepare(programs);
  }

  /** Records a call of a program, or one dispatch for each step. */
  run(program: Program, { buffers, params = {}, workgroups, steps = 1, firstStep = 0 }: Dispatch): void {
    if (workgroups.includes(0) || steps === 0) return;
    const [x = 1, y = 1, z = 1] = workgroups;
    const pipeline = this.#pipelines.get(program);
    this.keepUntilMade(pipeline);
    // Allocates first: making room submits the recorded commands, and only tensors recorded after that are kept from
    // reuse.
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
    const group = this.#device.createBindGroup({
      label: program.name,
      layout: pipeline.layout,
      entries,
    });
    this.#record(program.name, (pass) => {
      if (pass instanceof KeptPass) pass.setPipeline(pipeline);
      else pass.setPipeline(pipeline.now());
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

  /**
   * From here on keeps commands if the pipeline is not ready; while `tf.time` measures, creates the pipeline at once.
   */
  keepUntilMade(pipeline: Pipeline): void {
    if (pipeline.isReady) return;
    if (this.#host.activeTimers) {
      pipeline.now();
      return;
    }
    const kept = this.#kept ?? this.#keep();
    if (kept.waitFor(pipeline)) void pipeline.make().then(() => this.#send(kept));
  }

  /** Records a copy of a whole tensor; without a source, fills with zeros. */
  copy(from: TensorInfo | undefined, to: TensorInfo): void {
    if (util.sizeFromShape(to.shape) === 0) return;
    // Allocates first, as in `run`
    if (from) this.#host.uploadToGPU(from.dataId);
    const target = this.slice(to);
    const source = from && this.slice(from);
    const encoder = this.encoder();
    if (source)
      encoder.copyBufferToBuffer(source.buffer, source.offset, target.buffer, target.offset, target.size);
    else encoder.clearBuffer(target.buffer, target.offset, target.size);
  }

  /** The encoder, outside of a compute pass */
  encoder(): GPUCommandEncoder | KeptCommands {
    this.#host.ensureCommandEncoderReady();
    this.#host.endComputePassEncoder();
    return this.#host.commandEncoder!;
  }

  /** Sends the recorded commands to the GPU. Kept commands are sent when their last pipeline is ready. */
  submit(): void {
    const { commandEncoder } = this.#host;
    if (!commandEncoder || this.#kept?.isReady === false) return;
    this.#host.endComputePassEncoder();
    this.#host.submitQueue();
  }

  /** Sends the commands without waiting: missing pipelines are created at once. */
  submitNow(): void {
    this.#kept?.completeNow();
    this.submit();
  }

  /**
   * Releases buffers that are held only until recorded commands are submitted. If commands were kept, a call of tfjs
   * may be under way that will record a pipeline that was not ready when the call began. Until that call returns,
   * commands are kept again.
   */
  makeRoom(): void {
    const wereKept = this.#kept !== undefined;
    this.submitNow();
    if (!wereKept) return;
    const kept = this.#keep();
    queueMicrotask(() => this.#send(kept));
  }

  /** To be called before a submission: creates the pipelines that kept commands wait for at once. */
  submitting(): void {
    this.#submissions++;
    this.#kept?.completeNow();
  }

  /** Resolves when the commands kept so far have been sent or dropped; never rejects. */
  async sent(): Promise<void> {
    const kept = this.#kept;
    while (kept && this.#kept === kept) {
      // One promise for all waiting callers
      this.#readiness ??= besideDawn(kept.ready()).finally(() => {
        this.#readiness = undefined;
      });
      await this.#readiness;
      this.#send(kept);
    }
  }

  /** Drops the recorded commands. */
  drop(): void {
    this.#host.commandEncoder = null;
    this.#host.computePassEncoder = null;
  }

  /** The place of a tensor in GPU memory, protected from reuse until the commands recorded so far are submitted. */
  slice({ dataId }: Pick<TensorInfo, 'dataId'>): Slice {
    this.#host.uploadToGPU(dataId);
    this.#host.commandQueueOwnedIds.add(dataId);
    const { resource, place } = this.#host.tensorMap.get(dataId);
    return { buffer: resource!, offset: 0, size: resource!.size, ...place };
  }

  /** Releases a buffer when the commands recorded so far are submitted. */
  releaseAfterwards(buffer: GPUBuffer): void {
    if (this.#host.commandEncoder) this.#host.uniformPendingDisposal.push(buffer);
    else this.#pool.releaseBuffer(buffer);
  }

  get #kept(): KeptCommands | undefined {
    const { commandEncoder } = this.#host;
    return commandEncoder instanceof KeptCommands ? commandEncoder : undefined;
  }

  #keep(): KeptCommands {
    this.submit();
    const kept = new KeptCommands(this.#device);
    this.#host.commandEncoder = kept;
    // Neither tfjs nor this class submits because of the number of dispatches.
    this.#host.dispatchCountInPass = Number.NEGATIVE_INFINITY;
    this.#keptDispatches = 0;
    this.#bytesBefore = this.#pool.numBytesUsed;
    return kept;
  }

  /** Sends kept commands, unless they have been sent already or wait for another pipeline. */
  #send(kept: KeptCommands): void {
    if (this.#kept === kept) this.submit();
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
    const buffer = this.#pool.acquireAnyway(bytes.byteLength, usage);
    this.#device.queue.writeBuffer(buffer, 0, bytes.buffer);
    this.#host.uniformPendingDisposal.push(buffer);
    return buffer;
  }

  /** Records into the current pass; while `tf.time` measures, into a separate pass. */
  #record(name: string, record: (pass: GPUComputePassEncoder | KeptPass) => number): void {
    const host = this.#host;
    const timers = host.activeTimers;
    host.ensureCommandEncoderReady();
    if (timers && host.supportTimestampQuery) {
      host.endComputePassEncoder();
      host.querySet ??= this.#device.createQuerySet({ type: 'timestamp', count: host.querySetCount });
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
    host.dispatchCountInPass += dispatches;
    if (timers) {
      host.endComputePassEncoder();
      timers.push({ name, query: host.getQueryTime() });
    } else if (host.dispatchCountInPass >= DISPATCHES_PER_SUBMISSION) {
      this.submit();
    }
    this.count(name, dispatches);
  }
}
