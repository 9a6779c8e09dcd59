import { GraphBuilder } from '@unroll/onnx';
import { Tensor } from 'onnxruntime-common';

/*
 * onnxruntime-node writes results into the arrays that it is given for them. Then it converts every result to JavaScript, one
 * output after the other, and makes a new array for each, with a copy of what was written. Nobody reads these copies, and no
 * option prevents them; in a training step they are all parameters and moments. But the conversion ends, by an error, at the
 * first result of a type that JavaScript has no array for.
 *
 * A graph therefore gets one more output, before its own: no elements, of bfloat16. A run in which every result has an array
 * asks for that output too. When the error comes that says that this output cannot be converted, the graph has run and all
 * results are in their arrays. Any other error is the run's own.
 */

/** The output that ends the conversion. A graph's own names are like `i0`, or have a slash. */
const STOP = 'conversion stops here';
const BFLOAT16 = 16;
/** What onnxruntime-node says of it */
const STOPPED = `Tensor type (${BFLOAT16}) is not supported.`;

type Feeds = Readonly<Record<string, Tensor>>;
type Fetches = Readonly<Record<string, Tensor | null>>;

/** What of a session of onnxruntime-node's is used here. */
interface Runs {
  run(feeds: Feeds, fetches: Fetches, options: object): Record<string, Tensor>;
}

/** A field of a Protocol Buffers message that holds a number below 128: its place in the message, and the number. */
const numberField = (place: number, value: number): number[] => [place << 3, value];

/** A field that holds a text or a message, of fewer than 128 bytes: its place in the message, and the contents. */
const bytesField = (place: number, contents: readonly number[]): number[] => [
  (place << 3) | 2,
  contents.length,
  ...contents,
];

/** An ONNX file of a graph that returns a constant of no elements. The fields' places are those of `onnx.proto`. */
function fileOfStop(): number[] {
  const name = [...new TextEncoder().encode(STOP)];
  // TensorProto: dims, data_type, name
  const constant = [...numberField(1, 0), ...numberField(2, BFLOAT16), ...bytesField(8, name)];
  // TypeProto: tensor_type; in it elem_type
  const type = bytesField(1, numberField(1, BFLOAT16));
  // ValueInfoProto: name, type
  const output = [...bytesField(1, name), ...bytesField(2, type)];
  // ModelProto: graph; in it initializer, output
  return bytesField(7, [...bytesField(5, constant), ...bytesField(12, output)]);
}

/**
 * A graph that returns what ends the conversion before its own results. An ONNX file is a Protocol Buffers message, and two
 * of them, one behind the other, are one message with the lists of both.
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
 * @returns the results; none where they are only in the arrays that were given for them
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
 * Whether sessions do what the comment above says, by a run of a small graph.
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
