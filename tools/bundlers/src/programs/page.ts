import { type Report, train } from './train.ts';

// A page that trains on ?backend, in its main thread, or with &worker in a Web Worker. It passes the report to the
// program that drives it.
const query = new URLSearchParams(location.search);
const backend = query.get('backend') ?? 'cpu';
const inWorker = query.has('worker');

const report: Promise<Report> = inWorker
  ? new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./web-worker.ts', import.meta.url), {
        type: 'module',
        name: backend,
      });
      worker.onmessage = ({ data }: MessageEvent<{ report?: Report; error?: string }>) => {
        if (data.report) resolve(data.report);
        else reject(new Error(data.error));
      };
      worker.onerror = (event) => reject(new Error(event.message));
    })
  : train(backend);

Object.assign(globalThis, { report });
