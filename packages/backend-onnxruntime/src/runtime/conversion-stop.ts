import { GraphBuilder } from '@unroll/onnx';
import { Tensor } from 'onnxruntime-common';

/*
 * onnxruntime-node writes results into the arrays that it is given for them. Then it converts every result to
 * JavaScript, one output after another. It makes a new array for each and copies the result into it. Nobody reads
 * these copies, and no option prevents them. In a training step they are copies of all parameters and moments. But
 * the conversion ends with an error at the first result whose type has no JavaScript array.
 *
 * A graph therefore gets one more output, before its own: a bfloat16 tensor without elements. A run in which every
 * result has an array also asks for this output. If the error says that this output cannot be converted, the graph
 * has run and all results are in their arrays. Any other error is an error of the run.
 */

/** The output that ends the conversion. The graph's own names are like `i0` or contain a slash, so they differ. */
const STOP = 'conversion stops here';
const BFLOAT16 = 16;
/** The error of onnxruntime-node for this output */
const STOPPED = `Tensor type (${BFLOAT16}) is not supported.`;

type Feeds = Readonly<Record<string, Tensor>>;
type Fetches = Readonly<Record<string, Tensor | null>>;

/** The part of onnxruntime-node's session that is used here. */
interface Runs {
  run(feeds: Feeds, fetches: Fetches, options: object): Record<string, Tensor>;
}

/** A field of a Protocol Buffers message that holds a number below 128, from its field number and the number. */
const numberField = (place: number, value: number): number[] => [place << 3, value];

/** A field that holds a text or a message of fewer than 128 bytes, from its field number and the contents. */
const bytesField = (place: number, contents: readonly number[]): number[] => [
  (place << 3) | 2,
  contents.length,
  ...contents,
];

/**
 * An ONNX file with a graph that returns a constant without elements. The field numbers are those of `onnx.proto`.
 */
function fileOfStop(): number[] {
  const name = [...new TextEncoder().encode(STOP)];
  // TensorProto: dims, data_type, name
  const constant = [...numberField(1, 0), ...numberField(2, BFLOAT16), ...bytesField(8, name)];
  // TypeProto: tensor_type, which contains elem_type
  const type = bytesField(1, numberField(1, BFLOAT16));
  // ValueInfoProto: name, type
  const output = [...bytesField(1, name), ...bytesField(2, type)];
  // ModelProto: graph, which contains initializer and output
  return bytesField(7, [...bytesField(5, constant), ...bytesField(12, output)]);
}

/**
 * Adds the output that ends the conversion before the graph's own outputs. An ONNX file is a Protocol Buffers
 * message. Two messages, one after the other, are one message that contains the lists of both.
 */
export function withStop(model: Uint8Array): Uint8Array<ArrayBuffer> {
  const stop = fileOfStop();
  const bytes = new Uint8Array(stop.length + model.length);
  bytes.set(stop);
  bytes.set(model, stop.length);
  return bytes;
}

/**
 * Runs a session of a graph that `withStop` made.
 *
 * @returns the results; empty where they are only in the arrays that were given for them
 * @throws the run's own error
 */
export function runToStop(session: Runs, feeds: Feeds, fetches: Fetches): Record<string, Tensor> {
  try {
    return session.run(feeds, { [STOP]: null, ...fetches }, {});
  } catch (error) {
    if (error instanceof Error && error.message === STOPPED) return {};
    throw error;
  }
}

/** Whether every result of a run has an array. */
export const haveArrays = (fetches: Fetches): boolean =>
  Object.values(fetches).every((given) => given !== null);

/**
 * Whether sessions behave as the comment above says. It runs a small graph to find out.
 *
 * @param load makes a session of a graph
 */
export function conversionStops(load: (model: Uint8Array) => Runs): boolean {
  const graph = new GraphBuilder();
  const x = graph.input('x', { type: 'float32', rank: 1 });
  const outputs = [graph.output(graph.op('Add', [x, x])), graph.output(graph.op('Mul', [x, x]))];
  const tensor = (...elements: readonly number[]) => new Tensor('float32', Float32Array.from(elements));
  const fetches = Object.fromEntries(outputs.map((output) => [output, tensor(0, 0)]));
  try {
    const session = load(withStop(graph.toModel().bytes));
    const results = runToStop(session, { x: tensor(3, 5) }, fetches);
    const written = outputs.map((output) => [...fetches[output]!.data]);
    return Object.keys(results).length === 0 && String(written) === '6,10,9,25';
  } catch {
    return false;
  }
}
