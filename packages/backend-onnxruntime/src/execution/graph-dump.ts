import { messageOf } from '@unroll/backend/checks';
import type { DumpedGraph, OnnxruntimeOptions } from '../options.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** A function that writes each built graph to the place that `dumpGraph` names; undefined without that option. */
export function graphDump(
  { dumpGraph }: OnnxruntimeOptions,
  { writeFile }: Runtime,
): ((graph: Pick<DumpedGraph, 'model' | 'nodeCount' | 'kernels'>) => void) | undefined {
  if (dumpGraph === undefined) return undefined;
  let index = 0;
  return (graph) => {
    index++;
    if (typeof dumpGraph === 'function') {
      naming('the function failed', () => dumpGraph({ index, ...graph }));
    } else {
      const path = `${dumpGraph}/graph-${index}.onnx`;
      naming(`${path} could not be written`, () => writeFile!(path, graph.model));
    }
  };
}

/** Names the option in an error. */
function naming(problem: string, dump: () => void): void {
  try {
    dump();
  } catch (error) {
    throw new Error(`onnxruntime: dumpGraph: ${problem}: ${messageOf(error)}`, { cause: error });
  }
}
