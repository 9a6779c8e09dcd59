import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { PeerProcess } from '../driver/peer-process.ts';
import { fairEnvironment } from './fair-environment.ts';

const holding = {
  OPENBLAS_CORETYPE: 'Haswell',
  OPENBLAS_L2_SIZE: '512',
  OPENBLAS_NUM_THREADS: '1',
  GOTO_NUM_THREADS: '1',
  OMP_NUM_THREADS: '1',
  OMP_WAIT_POLICY: 'PASSIVE',
  GOMP_CPU_AFFINITY: '0',
  KMP_AFFINITY: 'compact',
  MKL_NUM_THREADS: '1',
  MKL_DEBUG_CPU_TYPE: '5',
  ATEN_CPU_CAPABILITY: 'default',
  ONEDNN_MAX_CPU_ISA: 'SSE41',
  GLIBC_TUNABLES: 'glibc.cpu.hwcaps=-AVX2',
};

it('removes the variables that limit linear algebra and its threads, and no others', () => {
  const rest = { PATH: '/usr/bin', HOME: '/root', COMPUTER: 'x', LD_LIBRARY_PATH: '/opt/lib' };
  expect(fairEnvironment({ ...holding, ...rest })).toEqual(rest);
});

it('is the environment of a peer', async () => {
  const fake = fileURLToPath(new URL('../../test/fake-peer.mjs', import.meta.url));
  const env = fairEnvironment({ ...process.env, ...holding });
  const peer = new PeerProcess('peer', [process.execPath, fake, 'environment'], env);
  const reply = await peer.ask({ describe: true });
  peer.stop();
  const names = 'unsupported' in reply ? reply.unsupported.split(' ') : [];
  expect(names).toContain('PATH');
  expect(names.filter((name) => name in holding)).toEqual([]);
});
