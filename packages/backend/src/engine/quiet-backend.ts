/** tfjs-backend-cpu's private flag: whether its next write is its first, at which it advises, in Node, to install another backend. */
interface WithFirstUse {
  firstUse: boolean;
}

/** Keeps a backend of tfjs-backend-cpu's class, which is used beside another one, from advising to install one. */
export function silenceAdvice(backend: object): void {
  (backend as WithFirstUse).firstUse = false;
}
