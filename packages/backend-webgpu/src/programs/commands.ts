import { type TensorInfo, util } from '@tensorflow/tfjs-core';
import { besideDawn } from '#gpu';
import type { Internals } from '../tfjs/internals.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { Dispatch, Params, Slice } from './dispatch.ts';
import { KeptCommands, KeptPass } from './kept-commands.ts';
import type { Pipeline } from './pipeline.ts';
import { Pipelines, STEP_STRIDE } from './pipelines.ts';
import type { Program } from './program.ts';

/** What of tfjs-backend-webgpu commands are recorded with */
export interface Host extends Internals {
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

/** Dispatches that are kept while pipelines are being made: a program that never waits has more. */
const MOST_KEPT_DISPATCHES = 4096;

/** Bytes that may come into use meanwhile, as nothing is given back then */
const MOST_KEPT_BYTES = 2 ** 28;

/**
 * Records programs of ours into the commands that tfjs-backend-webgpu records into. From the first call of a program on, commands are
 * kept on the host until its pipeline is made, in their order: see `KeptCommands`.
 */
export class Commands {
  readonly #host: Host;
  readonly #device: GPUDevice;
  readonly #pool: BufferPool;
  readonly #pipelines: Pipelines;
  readonly #dispatches = new Map<string, number>();
  #submissions = 0;
  #keptDispatches = 0;
  /** That pipelines are ready, while somebody waits for it */
  #readiness: Promise<void> | undefined;
  /** In use when commands began to be kept */
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

  /** Dispatches so far, by program */
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

  /** Records a call of a program, or one for each step. */
  run(program: Program, { buffers, params = {}, workgroups, steps = 1, firstStep = 0 }: Dispatch): void {
    if (workgroups.includes(0) || steps === 0) return;
    const [x = 1, y = 1, z = 1] = workgroups;
    const pipeline = this.#pipelines.get(program);
    this.keepUntilMade(pipeline);
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

  /** Keeps commands from here on where the pipeline is not there; where `tf.time` measures, it is made at once. */
  keepUntilMade(pipeline: Pipeline): void {
    if (pipeline.isReady) return;
    if (this.#host.activeTimers) {
      pipeline.now();
      return;
    }
    const kept = this.#kept ?? this.#keep();
    if (kept.waitFor(pipeline)) void pipeline.make().then(() => this.#send(kept));
  }

  /** Records a copy of all of a tensor; without a source, of zeros. */
  copy(from: TensorInfo | undefined, to: TensorInfo): void {
    if (util.sizeFromShape(to.shape) === 0) return;
    // As in `run`
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

  /** Sends what is recorded to the GPU; what is kept goes when its last pipeline is made. */
  submit(): void {
    const { commandEncoder } = this.#host;
    if (!commandEncoder || this.#kept?.isReady === false) return;
    this.#host.endComputePassEncoder();
    this.#host.submitQueue();
  }

  /** The same without waiting: what is not there is made at once. */
  submitNow(): void {
    this.#kept?.completeNow();
    this.submit();
  }

  /**
   * Gives back what waits for recorded commands alone. Where they were kept, a call of tfjs's may be under way that records its pipeline
   * next, one that was not there when the call began: until it returns, commands are kept on.
   */
  makeRoom(): void {
    const wereKept = this.#kept !== undefined;
    this.submitNow();
    if (!wereKept) return;
    const kept = this.#keep();
    queueMicrotask(() => this.#send(kept));
  }

  /** To be told of a submission before it happens: what kept commands wait for is made at once. */
  submitting(): void {
    this.#submissions++;
    this.#kept?.completeNow();
  }

  /** Resolves when the commands that are kept so far were sent, or dropped; never rejects. */
  async sent(): Promise<void> {
    const kept = this.#kept;
    while (kept && this.#kept === kept) {
      // One for all who wait
      this.#readiness ??= besideDawn(kept.ready()).finally(() => {
        this.#readiness = undefined;
      });
      await this.#readiness;
      this.#send(kept);
    }
  }

  /** Forgets what is recorded. */
  drop(): void {
    this.#host.commandEncoder = null;
    this.#host.computePassEncoder = null;
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

  get #kept(): KeptCommands | undefined {
    const { commandEncoder } = this.#host;
    return commandEncoder instanceof KeptCommands ? commandEncoder : undefined;
  }

  #keep(): KeptCommands {
    this.submit();
    const kept = new KeptCommands(this.#device);
    this.#host.commandEncoder = kept;
    // However many dispatches follow, neither tfjs nor we submit on their account.
    this.#host.dispatchCountInPass = Number.NEGATIVE_INFINITY;
    this.#keptDispatches = 0;
    this.#bytesBefore = this.#pool.numBytesUsed;
    return kept;
  }

  /** Sends kept commands, unless they are sent already or a pipeline has joined that is not there. */
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

  /** Records into the pass under way; while `tf.time` measures, into one of its own. */
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
