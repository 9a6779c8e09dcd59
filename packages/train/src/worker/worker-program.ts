// The program of a worker that `trainInWorker` starts: it imports the user's module, and trains.
import { creatorIn } from './creator-in.ts';
import { portToProgram, serve } from './serve-training.ts';

serve(portToProgram(), creatorIn);
