/**
 * A private flag of tfjs-backend-cpu: its next write is its first. In Node, the first write logs advice to install
 * another backend.
 */
interface WithFirstUse {
  firstUse: boolean;
}

/** Stops an auxiliary backend of tfjs-backend-cpu's class from logging advice to install another backend. */
export function silenceAdvice(backend: object): void {
  (backend as WithFirstUse).firstUse = false;
}
