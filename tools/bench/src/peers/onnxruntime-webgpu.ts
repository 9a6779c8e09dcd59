import { GraphBuilder } from '@unroll/onnx';
import * as ort from 'onnxruntime-web/webgpu';
import type { Peer, Prepared } from '../peer.ts';
import type { RecurrentWorkload } from '../workload.ts';

/** onnxruntime-web's LSTM on WebGPU: inference only, with inputs and outputs that stay on the GPU. */
export async function onnxruntimeWebgpu(): Promise<Peer> {
  return {
    describe: () => ({ text: `onnxruntime-web ${ort.env.versions.web}, WebGPU, inference`, threads: 0 }),
    prepare: async (workload) => {
      if (workload.kind !== 'recurrent' || workload.cell !== 'lstm')
        return 'on WebGPU it has LSTM and GRU alone';
      return lstm(workload);
    },
  };
}

function lstmModel({ inputSize, hiddenSize }: RecurrentWorkload): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', { type: 'float32', rank: 3 });
  const weights = (...shape: number[]) => {
    const size = shape.reduce((product, axis) => product * axis);
    const values = Array.from({ length: size }, () => 0.1 * (Math.random() - 0.5));
    return graph.op('Reshape', [graph.constant(values), graph.ints(...shape)]);
  };
  const gates = 4 * hiddenSize;
  const inputs = [x, weights(1, gates, inputSize), weights(1, gates, hiddenSize), weights(1, 2 * gates)];
  graph.output(graph.op('LSTM', inputs, { hidden_size: hiddenSize }, { type: 'float32', rank: 4 }));
  return graph.toModel().bytes;
}

async function lstm(workload: RecurrentWorkload): Promise<Prepared | string> {
  const { steps, rows, inputSize, numLayers, bidirectional } = workload;
  if (numLayers > 1 || bidirectional) return 'it is timed in one layer and direction';
  const session = await ort.InferenceSession.create(lstmModel(workload), {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
  });
  const device = await ort.env.webgpu.device;
  const values = Float32Array.from({ length: steps * rows * inputSize }, () => Math.random() - 0.5);
  const x = new ort.Tensor('float32', values, [steps, rows, inputSize]);
  return {
    run: async (pass) => {
      if (pass !== 'forward') throw new Error('onnxruntime-web trains nothing');
      const results = await session.run({ x });
      await device.queue.onSubmittedWorkDone();
      for (const tensor of Object.values(results)) tensor.dispose();
    },
    dispose: () => void session.release(),
  };
}
