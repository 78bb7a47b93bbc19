/** The APIs that the emulator has, by their paths. */
export const EMULATOR_APIS = ['/auth/token', '/auth/token/issue', '/auth/token/fail'] as const;

/** The path of one of them. */
export type EmulatorApi = (typeof EMULATOR_APIS)[number];

/** Checks whether a value is one of {@link EMULATOR_APIS}. */
export function isEmulatorApi(value: unknown): value is EmulatorApi {
  return (EMULATOR_APIS as readonly unknown[]).includes(value);
}
