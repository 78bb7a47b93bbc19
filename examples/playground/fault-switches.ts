import { Router } from 'express';
import type { CallFault, EmulatorApi, Fault, Faults } from 'express-authlete-token-fail/emulator';

const APIS: readonly EmulatorApi[] = ['/auth/token', '/auth/token/issue', '/auth/token/fail'];

/** The faults of the emulator as a resource: what is in force, and one fault in place of that. */
export function faultSwitches(faults: Faults): Router {
  const inForce = (): Partial<Record<EmulatorApi, CallFault>> =>
    Object.fromEntries(APIS.map((api) => [api, faults.of(api)]));

  const router = Router();
  router.get('/', (_req, res) => {
    res.json(inForce());
  });
  router.put('/', (req, res) => {
    const before = inForce();
    faults.clear();
    try {
      faults.set(req.body as Fault);
    } catch (error) {
      for (const api of APIS) faults.set({ api, ...before[api] });
      res.status(400).json({ message: (error as Error).message });
      return;
    }
    res.json(inForce());
  });
  return router;
}
