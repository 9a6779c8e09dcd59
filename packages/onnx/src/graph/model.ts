import { create } from '@bufbuild/protobuf';
import { type GraphProto, ModelProtoSchema } from '../generated/onnx_pb.ts';
import { writeModel } from '../model-file.ts';
import { countNodes } from './needed-nodes.ts';

/** The operator set of every graph. ONNX 1.13 of 2022 and all runtimes since then know it. */
export const OPSET = 18;
/** The version of the file format that came with this operator set. */
const IR_VERSION = 8;

/** A finished graph. */
export interface Model {
  /** An ONNX file */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The number of nodes, including those of bodies */
  readonly nodeCount: number;
}

/** A graph as a model of its own. */
export function modelOf(graph: GraphProto): Model {
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: '@unroll/onnx',
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    graph,
  });
  return { bytes: writeModel(model), nodeCount: countNodes(graph) };
}
