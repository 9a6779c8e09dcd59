import { useBackend } from '@unroll/backend';
import { webgpu, webgpuStatistics } from '@unroll/backend-webgpu';
import { trainingSteps } from './peers/unroll-training.ts';
import { workloadById } from './workloads.ts';

for (const kernel of ['loop', 'step'] as const) {
  await useBackend(
    webgpu({ forceFallbackAdapter: true, recurrentKernel: kernel, maxDispatchMs: Number.POSITIVE_INFINITY }),
  );
  const p = (await trainingSteps(workloadById('E2E') as never)) as any;
  await p.run('step');
  await p.run('step');
  const a = webgpuStatistics();
  const s = performance.now();
  await p.run('step');
  const b = webgpuStatistics();
  const d = Object.entries(b.dispatchesByProgram)
    .map(([n, c]) => [n, c - (a.dispatchesByProgram[n] ?? 0)] as const)
    .filter(([, c]) => c)
    .sort((x, y) => y[1] - x[1]);
  console.log(
    kernel,
    (performance.now() - s).toFixed(0),
    'ms',
    b.dispatches - a.dispatches,
    'dispatches',
    b.submissions - a.submissions,
    'submissions',
    b.reads - a.reads,
    'reads',
  );
  console.log(d.map(([n, c]) => `${n} ${c}`).join('; '));
  p.dispose?.();
}
process.exit(0);
