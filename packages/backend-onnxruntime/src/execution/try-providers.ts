import { messageOf } from '@unroll/backend/checks';
import { GraphBuilder } from '@unroll/onnx';
import type { OnnxruntimeOptions } from '../options.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { nameOf } from './providers.ts';
import { sessionOptions } from './session-options.ts';

/** Providers that run wherever the package does */
const EVERYWHERE = ['cpu', 'wasm'];

/**
 * Creates a session of a small graph with the execution providers of the options, because a package lists providers whose libraries or
 * devices are missing here.
 *
 * @returns why no session can be created; undefined if one can, or if the options name no special provider
 */
export async function tryProviders(
  options: OnnxruntimeOptions,
  runtime: Runtime,
): Promise<string | undefined> {
  const special = options.executionProviders?.map(nameOf).filter((name) => !EVERYWHERE.includes(name)) ?? [];
  if (special.length === 0) return undefined;
  const graph = new GraphBuilder();
  const x = graph.input('x', { type: 'float32', rank: 1 });
  graph.output(graph.op('Add', [x, x]));
  try {
    const session = await runtime.createSession(graph.toModel().bytes, sessionOptions(options, 1, runtime));
    await session.release();
    return undefined;
  } catch (error) {
    const names = special.map((name) => `'${name}'`).join(', ');
    return `${runtime.packageName} cannot use the execution provider ${names} here: ${messageOf(error).trim()}`;
  }
}
