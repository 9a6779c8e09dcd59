import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '@unroll/backend';
import { flush, onnxruntime, onnxruntimeStatistics } from '@unroll/backend-onnxruntime';
import { markdownTable } from 'markdown-table';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { type Summary, summarise } from './statistics.ts';
import type { GemmWorkload } from './workload.ts';
import { workloadById } from './workloads.ts';

const THREADS = 2;
const ROUNDS = 100;
/** Number of consecutive runs of one kind. The first is not counted. */
const RUNS = 4;

/** Milliseconds by measurement */
export type ProductMeasurements = Readonly<Record<string, Summary & { readonly least: number }>>;

/**
 * Measures where the time of the matrix product goes: inside the session or around it, and the time of the same graph
 * without this project.
 */
export async function measureProduct(print: (line: string) => void): Promise<ProductMeasurements> {
  const { m, k, n } = workloadById('GEMM') as GemmWorkload;
  let model = new Uint8Array();
  const dumpGraph = (graph: { model: Uint8Array }): void => {
    model = new Uint8Array(graph.model);
  };
  await useBackend(onnxruntime({ threads: THREADS, dumpGraph }));
  const a = tf.randomNormal([m, k]) as tf.Tensor2D;
  const b = tf.randomNormal([k, n]) as tf.Tensor2D;
  const [elementsOfA, elementsOfB] = [await a.data<'float32'>(), await b.data<'float32'>()];
  await matMul(a, b);
  const session = await InferenceSession.create(model, {
    intraOpNumThreads: THREADS,
    interOpNumThreads: 1,
    enableMemPattern: false,
    logSeverityLevel: 4,
    extra: { session: { force_spinning_stop: '1' } },
  });
  const [nameOfA, nameOfB] = session.inputNames as [string, string];
  const output = session.outputNames[0]!;
  const feeds = {
    [nameOfA]: new Tensor('float32', elementsOfA, [m, k]),
    [nameOfB]: new Tensor('float32', elementsOfB, [k, n]),
  };
  const own = { [output]: new Tensor('float32', new Float32Array(m * n), [m, n]) };

  const ways: Record<string, () => Promise<unknown>> = {
    'unroll onnxruntime': () => matMul(a, b),
    'the same, its result read': async () => {
      const product = tf.matMul(a, b);
      await product.data();
      product.dispose();
    },
    'a session by itself, into an array of its own': () => session.run(feeds, own),
    'a session by itself, into a new array': () => session.run(feeds),
  };
  const times = new Map<string, number[]>();
  const note = (what: string, milliseconds: number): void => {
    times.set(what, [...(times.get(what) ?? []), milliseconds]);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [what, run] of Object.entries(ways)) {
      for (let i = 0; i < RUNS; i++) {
        const [start, before] = [performance.now(), onnxruntimeStatistics().runMs];
        await run();
        const milliseconds = performance.now() - start;
        if (i === 0) continue;
        note(what, milliseconds);
        const inside = onnxruntimeStatistics().runMs - before;
        if (what === 'unroll onnxruntime')
          note('unroll onnxruntime, outside of its session', milliseconds - inside);
      }
    }
  }
  tf.dispose([a, b]);
  await session.release();
  const summaries = Object.fromEntries(
    [...times].map(([what, all]) => [what, { ...summarise(all), least: Math.min(...all) }]),
  );
  print(`\nWhere the milliseconds of GEMM go, ${THREADS} threads:\n`);
  print(
    markdownTable([
      ['', 'least', 'median (quartiles)'],
      ...Object.entries(summaries).map(([what, { least, median, quartiles }]) => [
        what,
        least.toFixed(2),
        `${median.toFixed(2)} (${quartiles.map((time) => time.toFixed(2)).join('–')})`,
      ]),
    ]),
  );
  return summaries;
}

async function matMul(a: tf.Tensor2D, b: tf.Tensor2D): Promise<void> {
  const product = tf.matMul(a, b);
  await flush();
  product.dispose();
}
