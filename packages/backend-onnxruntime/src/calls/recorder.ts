import type { TensorInfo } from '@tensorflow/tfjs-core';
import { scopeName } from '@unroll/backend/engine';
import type { UnreadRuns } from '../execution/unread-runs.ts';
import type { Layers } from '../profile/layers.ts';
import type { Operand, RecordedCall } from '../recording/recorded.ts';
import type { Recording } from '../recording/recording.ts';
import type { TensorData } from '../recording/tensor-data.ts';
import { type KernelInputs, namedInfos } from './kernel-inputs.ts';

/** A call without its place in the program. Its outputs' parts may be left out. */
type NewCall = Omit<RecordedCall, 'origin' | 'layer'>;

/** Records calls, each with the place in the program that it comes from. */
export class Recorder {
  readonly #recording: Recording;
  readonly #data: TensorData;
  readonly #unreadRuns: UnreadRuns;
  readonly #layers: Layers | undefined;

  /** @param layers tells which layer a call belongs to; undefined where nobody asks for it */
  constructor(recording: Recording, data: TensorData, unreadRuns: UnreadRuns, layers: Layers | undefined) {
    this.#recording = recording;
    this.#data = data;
    this.#unreadRuns = unreadRuns;
    this.#layers = layers;
  }

  /** Whether calls are only traced, and not run. */
  get isTracing(): boolean {
    return this.#recording.isTracing;
  }

  /**
   * Adds a call to the recording.
   *
   * @throws where an earlier operation has failed, and the program has recorded much since without a read that could
   *   report it
   */
  add(call: NewCall): void {
    this.#unreadRuns.throwOverdue();
    this.#recording.add({
      ...call,
      outputs: call.outputs.flatMap((value) => [value, ...value.parts]),
      origin: scopeName(),
      layer: this.#layers?.current() ?? '',
    });
    this.#unreadRuns.scheduleWhereLong();
  }

  /** `add`, which also returns a tensor for each output. */
  record(call: NewCall): TensorInfo[] {
    this.add(call);
    return call.outputs.map((value) => this.#data.add(value));
  }

  /** A kernel's inputs with their values. The parts of an opaque input follow it, as `name1`, `name2`, …. */
  operands(inputs: KernelInputs): Operand[] {
    return namedInfos(inputs).flatMap(([name, info]): Operand[] => {
      const value = this.#data.get(info.dataId);
      const parts = value.parts.map((part, i) => ({
        name: `${name}${i + 1}`,
        value: part,
        shape: part.shape,
      }));
      return [{ name, value, shape: info.shape }, ...parts];
    });
  }
}
