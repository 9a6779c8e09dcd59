// Every file of kernels, in one module. A kernel that threads share takes the range of its items last: (…, begin, end).
export { heapBase } from './memory';
