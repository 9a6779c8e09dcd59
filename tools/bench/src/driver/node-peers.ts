import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { fairEnvironment } from '../pytorch/fair-environment.ts';
import { findPython } from '../pytorch/find-python.ts';
import { floorProducts, workloads } from '../workloads.ts';
import { type Candidate, peerName } from './column.ts';
import { PeerProcess } from './peer-process.ts';
import type { StartablePeer } from './startable-peer.ts';

/** The peers of a WebGPU run in Node, and this project on the CPU. */
export function webgpuPeers(): StartablePeer[] {
  const program = fileURLToPath(new URL('../peers/main.js', import.meta.url));
  const most = availableParallelism();
  return ['unroll webgpu', 'tfjs-webgpu', 'unroll cpu'].map((library) => {
    const candidate = { library, threads: library === 'unroll cpu' ? most : 0 };
    const command: [string, ...string[]] = [process.execPath, program, library, String(most)];
    return { ...candidate, start: () => new PeerProcess(peerName(candidate), command, process.env) };
  });
}

/** The peers of a run in Node, in the order of their columns. PyTorch takes part when a Python imports it. */
export function nodePeers(): StartablePeer[] {
  const program = fileURLToPath(new URL('../peers/main.js', import.meta.url));
  const most = availableParallelism();
  const counts = most === 1 ? [1] : [most, 1];
  const startable = (candidate: Candidate, command: [string, ...string[]]): StartablePeer => ({
    ...candidate,
    start: () => new PeerProcess(peerName(candidate), command, fairEnvironment(process.env)),
  });
  const node = (library: string, threads: number): StartablePeer =>
    startable({ library, threads }, [process.execPath, program, library, String(threads)]);
  const peers = [
    ...['unroll onnxruntime', 'unroll cpu'].flatMap((library) =>
      counts.map((threads) => node(library, threads)),
    ),
    ...['tfjs-wasm', 'tfjs-cpu', 'jax-js', 'brain.js'].map((library) => node(library, 1)),
  ];
  const python = findPython();
  if (python) {
    const script = fileURLToPath(new URL('../peers/pytorch.py', import.meta.url));
    const cases = JSON.stringify([...workloads, ...floorProducts]);
    for (const threads of counts) {
      peers.push(startable({ library: 'PyTorch', threads }, [python, script, String(threads), cases]));
    }
  }
  return peers;
}
