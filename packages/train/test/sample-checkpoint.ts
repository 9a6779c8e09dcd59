import { type StoredTensor, writeSafetensors } from '@unroll/safetensors';
import type { Checkpoint, CheckpointContent } from '../src/index.ts';

const f32 = (...data: number[]): StoredTensor => ({
  dtype: 'F32',
  shape: [data.length],
  data: new Float32Array(data),
});

/** A small checkpoint in which every part depends on the step. */
export function sampleCheckpoint(step: number, mark = 0): Required<CheckpointContent> {
  return {
    step,
    epoch: Math.floor(step / 10),
    metrics: { loss: 1 / (1 + step), accuracy: Number.NaN },
    state: { generator: { seed: 1, drawn: step }, best: Number.POSITIVE_INFINITY, mark },
    versions: { '@unroll/train': '0.0.0' },
    weights: writeSafetensors({ 'output.weight': f32(step, 0.1, mark) }, { metadata: { format: 'pt' } }),
    tensors: new Map([['optimizer.0.expAvg', f32(-step, -0, Number.NaN)]]),
    files: new Map([['averaged.safetensors', writeSafetensors({ 'output.weight': f32(step / 2) })]]),
  };
}

/** The fields that must be equal in a written and a read checkpoint. */
export function essence({
  step,
  epoch,
  metrics,
  state,
  versions,
  weights,
  tensors,
  files,
}: Checkpoint | CheckpointContent): object {
  return { step, epoch, metrics, state, versions, weights, tensors: writeSafetensors(tensors ?? {}), files };
}
