import { useBackend } from '@unroll/backend';
import { cpu } from '@unroll/backend-cpu';
import { serveTraining } from '@unroll/train/worker';
import { createTrainer } from './training-of-page.ts';

/** A worker may await something before it listens. */
void useBackend(cpu()).then(() => serveTraining(createTrainer));
