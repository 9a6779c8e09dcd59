/**
 * A private flag of tfjs-backend-cpu: its next write is its first. In Node, the first write logs advice to install
 * another backend.
 */
interface WithFirstUse {
  firstUse: boolean;
}

/**
 * Stops a backend of tfjs-backend-cpu's class from logging advice to install another backend, because it only assists
 * one.
 */
export function silenceAdvice(backend: object): void {
  (backend as WithFirstUse).firstUse = false;
}
